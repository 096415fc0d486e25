// The extension's own place on this machine: a private environment with the server in it, or the memory of what uvx may start.
// Installs only what was agreed to: the asking is install.ts's.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { SECTION } from '../settings/declared';
import { runnable, which, WINDOWS, type Program } from './program';
import { lastLine, run, whatFailed } from './run';

export const OLDEST_PYTHON = [3, 11] as const;

const PYTHONS = WINDOWS ? ['py', 'python'] : ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python'];
const UVX_MAY = 'server.uvxMay';
const QUESTION_MS = 20_000;
const INSTALLATION_MS = 15 * 60_000;

/** A step of the installation that did not succeed; the message is for the user. */
export class NotInstalled extends Error {}

export class Home {
  readonly folder: string;
  private readonly environment: string;
  private readonly stamp: string;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.folder = context.globalStorageUri.fsPath;
    this.environment = path.join(this.folder, 'server');
    this.stamp = path.join(this.environment, 'stoker-package.txt');
  }

  /** What is installed: by default the server of the extension's own version. */
  get package(): string {
    const set = vscode.workspace.getConfiguration(SECTION).inspect<string>('server.package')?.globalValue;
    return set || `stoker==${(this.context.extension.packageJSON as { version: string }).version}`;
  }

  /** The folder has to be there before anything is started in it. */
  async prepare(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
  }

  /** What was installed or agreed to before, for this version of the extension. */
  async installed(): Promise<Program | undefined> {
    const command = await runnable(this.script('stoker'));
    if (command !== undefined && (await this.stamped()) === this.package) {
      return { command, before: [], origin: `the private environment ${this.environment}` };
    }
    const uvx = this.context.globalState.get(UVX_MAY) === this.package ? await which('uvx') : undefined;
    return uvx === undefined ? undefined : { command: uvx, before: this.byUvx, origin: `uvx, as ${this.package}` };
  }

  /** Have uvx fetch the server. From then on it starts it, and fetches the same anew where its cache was emptied. */
  async fetch(uvx: string, report: (step: string) => void, token: vscode.CancellationToken): Promise<void> {
    await this.prepare();
    report(`uvx fetches ${this.package}`);
    await this.step(uvx, [...this.byUvx, '--version'], token);
    await this.context.globalState.update(UVX_MAY, this.package);
  }

  private get byUvx(): readonly string[] {
    return ['--from', this.package, 'stoker'];
  }

  /** A Python that the server runs on, and otherwise what was found instead. */
  async python(): Promise<{ readonly command?: string; readonly found: readonly string[] }> {
    await this.prepare();
    const found: string[] = [];
    for (const name of PYTHONS) {
      const command = await which(name);
      if (command === undefined) {
        continue;
      }
      const asked = await run(command, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], this.options());
      const version = asked.output.trim();
      const [major, minor] = version.split('.').map(Number);
      if (major === OLDEST_PYTHON[0] && minor !== undefined && minor >= OLDEST_PYTHON[1]) {
        return { command, found };
      }
      found.push(`${command} is ${version || `no Python: ${lastLine(asked.errors)}`}`);
    }
    return { found };
  }

  /** Make the private environment anew and install the server into it. */
  async install(python: string, report: (step: string) => void, token: vscode.CancellationToken): Promise<void> {
    await rm(this.environment, { recursive: true, force: true });
    report('making an environment');
    await this.step(python, ['-m', 'venv', this.environment], token);
    report(`installing ${this.package}`);
    // Isolated: what lies on PYTHONPATH would count as installed.
    const pip = ['-I', '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', this.package];
    await this.step(this.script('python'), pip, token);
    await writeFile(this.stamp, this.package);
  }

  private async step(command: string, given: readonly string[], token: vscode.CancellationToken): Promise<void> {
    this.log.info(`running ${[command, ...given].join(' ')}`);
    const ran = await run(command, given, { ...this.options(INSTALLATION_MS), token });
    this.log.info(ran.output + ran.errors);
    if (ran.status !== 0 && !token.isCancellationRequested) {
      throw new NotInstalled(whatFailed(ran.errors) || lastLine(ran.output) || `${command} ended with ${ran.status}`);
    }
    if (token.isCancellationRequested) {
      throw new vscode.CancellationError();
    }
  }

  private async stamped(): Promise<string> {
    try {
      return await readFile(this.stamp, 'utf8');
    } catch {
      return ''; // an installation that did not come to its end has none
    }
  }

  private script(name: string): string {
    return path.join(this.environment, WINDOWS ? 'Scripts' : 'bin', WINDOWS ? `${name}.exe` : name);
  }

  private options(timeout: number = QUESTION_MS): { readonly cwd: string; readonly timeout: number } {
    return { cwd: this.folder, timeout };
  }
}
