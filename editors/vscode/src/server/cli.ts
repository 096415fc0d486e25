// The server's command line, for what it prints: the same program and the same settings as the language server.
import * as vscode from 'vscode';
import { SECTION } from '../settings/declared';
import type { Server } from './server';
import { lastLine, type Ran, run } from './run';

const MILLISECONDS = 60_000;
const COLUMNS = '110';
const VARIABLES = [
  ['provider.name', 'STOKER_PROVIDER'],
  ['provider.model', 'STOKER_MODEL'],
  ['provider.base_url', 'STOKER_BASE_URL'],
] as const;

/** What `stoker ...` prints. */
export async function stoker(server: Server, ...given: string[]): Promise<Ran> {
  const { program } = server;
  if (program === undefined) {
    return { status: -1, output: '', errors: "Stoker's server is not installed" };
  }
  const { cwd, environment } = await server.surroundings();
  const options = { cwd: where(server, cwd), environment: { ...environment, ...chosen(), COLUMNS }, timeout: MILLISECONDS };
  return run(program.command, [...program.before, ...given], options);
}

/** The folder in front, which some commands are about. Not where uv is started: it would do as the folder's files say. */
function where(server: Server, otherwise: string): string {
  const document = vscode.window.activeTextEditor?.document;
  const folder = (document && vscode.workspace.getWorkspaceFolder(document.uri)) ?? vscode.workspace.workspaceFolders?.[0];
  const isOwn = server.program?.before.length === 0 && vscode.workspace.isTrusted;
  return isOwn && folder?.uri.scheme === 'file' ? folder.uri.fsPath : otherwise;
}

/** What the editor's settings say of the provider: the command line does not read them. */
function chosen(): Record<string, string> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const set = VARIABLES.map(([key, variable]) => [variable, configuration.inspect<string>(key)?.globalValue ?? '']);
  return Object.fromEntries(set.filter(([, value]) => value));
}

/** The output, or what was said instead of it. */
export function said(ran: Ran): string {
  return ran.output.trim() ? ran.output : `stoker: ${lastLine(ran.errors) || `nothing was said (status ${ran.status})`}\n`;
}
