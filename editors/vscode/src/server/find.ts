// Finds the server: what the user named, then the workspace's own environment (in trusted workspaces alone: it is a program that
// came with the folder), then PATH, then what was installed from here. Looks at names of files and runs nothing.
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { SECTION } from '../settings/declared';
import type { Home } from './home';

/** How the server is started. */
export interface Program {
  readonly command: string;
  /** Arguments that come before the server's own, such as `lsp`. */
  readonly before: readonly string[];
  /** Where it was found, as the end of "the server comes from ...". */
  readonly origin: string;
}

/** The user named a program that is not there. */
export class NamedMissing extends Error {}

const WINDOWS = process.platform === 'win32';
const FOLDERS = ['.venv', 'venv', 'env'];

/** The first server that there is; `undefined` where one has to be installed. */
export async function findServer(home: Home): Promise<Program | undefined> {
  return (
    (await named()) ??
    (vscode.workspace.isTrusted ? await inWorkspace() : undefined) ??
    (await onPath()) ??
    (await home.installed())
  );
}

async function named(): Promise<Program | undefined> {
  const set = vscode.workspace.getConfiguration(SECTION).inspect<string[]>('server.command')?.globalValue ?? [];
  const [first, ...before] = set;
  if (first === undefined) {
    return undefined;
  }
  const expanded = first.replace(/^~(?=$|[\\/])/, homedir());
  const command = path.isAbsolute(expanded) ? await runnable(expanded) : await which(expanded);
  if (command === undefined) {
    throw new NamedMissing(`the setting stoker.server.command names ${first}, and there is no such program`);
  }
  return { command, before, origin: 'the setting stoker.server.command' };
}

async function inWorkspace(): Promise<Program | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter((each) => each.uri.scheme === 'file');
  const places = [
    ...(await chosenInterpreters(folders)),
    ...folders.flatMap((each) => FOLDERS.map((name) => path.join(each.uri.fsPath, name, WINDOWS ? 'Scripts' : 'bin'))),
  ];
  for (const place of places) {
    const command = await runnable(path.join(place, WINDOWS ? 'stoker.exe' : 'stoker'));
    if (command !== undefined) {
      return { command, before: [], origin: `the workspace's environment ${path.dirname(place)}` };
    }
  }
  return undefined;
}

interface PythonExtension {
  readonly environments?: { getActiveEnvironmentPath(resource: vscode.Uri): { readonly path: string } };
}

/** The folders of the interpreters that were chosen in the Python extension, where that is running. */
async function chosenInterpreters(folders: readonly vscode.WorkspaceFolder[]): Promise<string[]> {
  const python = vscode.extensions.getExtension<PythonExtension>('ms-python.python');
  if (!python?.isActive) {
    return [];
  }
  const chosen = folders.map((each) => python.exports.environments?.getActiveEnvironmentPath(each.uri).path ?? '');
  return chosen.filter((each) => path.isAbsolute(each)).map((each) => path.dirname(each));
}

async function onPath(): Promise<Program | undefined> {
  const command = await which('stoker');
  return command === undefined ? undefined : { command, before: [], origin: 'PATH' };
}

/** The full name of a program on PATH. Relative entries of it are left out: they lead into whatever folder is open. */
export async function which(name: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter).filter((each) => path.isAbsolute(each))) {
    const found = await runnable(path.join(folder, WINDOWS ? `${name}.exe` : name));
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** The file, if it can be run. */
export async function runnable(file: string): Promise<string | undefined> {
  try {
    await access(file, constants.X_OK);
    return file;
  } catch {
    return undefined; // not there, or not to be run: the next place is tried
  }
}
