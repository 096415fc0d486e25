// Runs a program to its end, for its output: a short question, or a step of an installation. Never through a shell.
import { execFile } from 'node:child_process';
import type * as vscode from 'vscode';

export interface Ran {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

export interface Options {
  readonly cwd: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** Milliseconds until it is ended. */
  readonly timeout: number;
  readonly token?: vscode.CancellationToken;
}

const MOST_OUTPUT = 16 * 1024 * 1024;

/** What a program said; a program that can't be started, takes too long or is cancelled has the status -1. */
export function run(command: string, given: readonly string[], options: Options): Promise<Ran> {
  const { cwd, timeout, environment } = options;
  return new Promise((resolve) => {
    const settings = { cwd, timeout, maxBuffer: MOST_OUTPUT, env: environment ?? process.env, windowsHide: true };
    const child = execFile(command, [...given], settings, (problem, output, errors) => {
      cancelling?.dispose();
      const status = problem === null ? 0 : typeof problem.code === 'number' ? problem.code : -1;
      resolve({ status, output, errors: errors || (problem && status === -1 ? problem.message : '') });
    });
    const cancelling = options.token?.onCancellationRequested(() => child.kill());
  });
}

/** What a program gives as its reason; uv puts hints behind it, and before it a line that says what it was about. */
export function whatFailed(errors: string): string {
  const lines = errors.split(/\r?\n/).map((each) => each.trim());
  const error = lines.find((each) => each.startsWith('error: '))?.slice('error: '.length);
  const cause = lines.find((each) => each.startsWith('cause: '))?.slice('cause: '.length);
  return error === undefined ? lastLine(errors) : [error, ...(cause ? [cause] : [])].join(': ').replace(/\.$/, '');
}

/** The last line that says something: what programs put there is usually what went wrong. */
export function lastLine(text: string): string {
  return text.trim().split(/\r?\n/).at(-1)?.trim() ?? '';
}
