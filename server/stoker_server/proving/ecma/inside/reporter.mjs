// A reporter for Node's own runner: one JSON document in the form that jest's and vitest's reporters write.
// Must not write anything else: what it writes is what the run is judged by. Of a file that does not end in time Node tells
// nothing but that: a test that it was at for a third of the time, as long as all take otherwise, is the one that hangs.

import path from "node:path";

export default async function* report(source) {
  const results = new Map();
  const around = new Map();
  const begun = new Map();
  const of = (file) => {
    if (!results.has(file)) results.set(file, { name: file, status: "passed", message: "", assertionResults: [] });
    return results.get(file);
  };
  for await (const { type, data } of source) {
    const file = data?.file ? path.resolve(data.file) : undefined;
    if (type === "test:dequeue" && file) {
      const names = begun.get(file)?.names ?? [];
      names.length = data.nesting;
      names[data.nesting] = data.name;
      begun.set(file, { names, since: Date.now() });
    } else if (type === "test:start") {
      const names = around.get(file) ?? [];
      names.length = data.nesting;
      names[data.nesting] = data.name;
      around.set(file, names);
    } else if ((type === "test:pass" || type === "test:fail") && file) {
      const failed = type === "test:fail" && data.todo === undefined;
      const error = data.details?.error;
      const cause = error?.cause ?? error;
      const said = cause?.stack ?? cause?.message ?? String(cause);
      if (path.resolve(data.name) === file) {
        const last = begun.get(file);
        const within = last?.names.filter((name) => path.resolve(name) !== file) ?? [];
        if (error?.failureType === "testTimeoutFailure" && within.length && Date.now() - last.since > data.details.duration_ms / 3) {
          of(file).assertionResults.push({
            ancestorTitles: within.slice(0, -1),
            title: within.at(-1),
            status: "failed",
            failureMessages: ["it never ended"],
          });
        }
        if (failed && of(file).assertionResults.length === 0) Object.assign(of(file), { status: "failed", message: said });
      } else if (data.details?.type !== "suite") {
        const names = around.get(file) ?? [];
        of(file).assertionResults.push({
          ancestorTitles: names.slice(0, data.nesting),
          title: data.name,
          status: data.skip !== undefined || data.todo !== undefined ? "skipped" : failed ? "failed" : "passed",
          failureMessages: failed ? [said] : [],
        });
      } else if (failed && error?.failureType === "hookFailed") {
        Object.assign(of(file), { status: "failed", message: said });
      }
    } else if (type === "test:stderr" && file && of(file).message.length < 4000) {
      of(file).heard = ((of(file).heard ?? "") + data.message).slice(-4000);
    }
  }
  for (const each of results.values()) if (each.status === "failed" && each.heard) each.message = each.heard;
  yield JSON.stringify({ testResults: [...results.values()] });
}
