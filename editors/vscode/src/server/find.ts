// Finds the server: what the user named, then the workspace's own environment (in trusted workspaces alone: it is a program that
// came with the folder), then PATH, then what was installed from here. Looks at names of files and runs nothing.
import { homedir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { SECTION } from '../settings/declared';
import type { Home } from './home';
import { runnable, which, WINDOWS, type Program } from './program';

/** The user named a program that is not there. */
export class NamedMissing extends Error {}

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
