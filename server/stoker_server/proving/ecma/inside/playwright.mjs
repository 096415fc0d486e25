// A reporter for Playwright's runner: one JSON document in the form that jest's and vitest's reporters write, with what the
// project's settings say. Must not write anything else: what it writes is what the run is judged by.

import { renameSync, writeFileSync } from "node:fs";

const OUTCOMES = { passed: "passed", skipped: "skipped" };

export default class Report {
  files = new Map();
  errors = [];
  settings = {};

  onBegin(config) {
    const projects = config.projects.map(({ name, testDir, use, dependencies = [] }) => {
      const { browserName, defaultBrowserType, baseURL } = use;
      return { name, testDir, dependencies, browser: browserName ?? defaultBrowserType ?? "chromium", address: baseURL ?? "" };
    });
    this.settings = { projects, ...config.metadata?.stoker };
  }

  onTestEnd(test, { status, errors }) {
    const file = test.location.file;
    if (!this.files.has(file)) this.files.set(file, { name: file, status: "passed", message: "", assertionResults: [] });
    const names = test.titlePath().slice(3); // before them stand the root, the project and the file
    this.files.get(file).assertionResults.push({
      ancestorTitles: names.slice(0, -1),
      title: names.at(-1),
      status: OUTCOMES[status] ?? "failed",
      failureMessages: errors.map(({ message, value }) => message ?? value ?? "it failed"),
    });
    this.#write();
  }

  onError({ message, value }) {
    this.errors.push(message ?? value ?? "");
  }

  // After each test, for a run that is stopped has shown something all the same.
  #write() {
    const report = { testResults: [...this.files.values()], errors: this.errors, settings: this.settings };
    const place = `${process.env.STOKER_PLACE}/report.json`;
    writeFileSync(`${place}.new`, JSON.stringify(report));
    renameSync(`${place}.new`, place);
  }

  onEnd() {
    this.#write();
  }

  printsToStdio() {
    return true;
  }
}
