// Asks before code of a folder is run. Two trusts have to come together: the editor's, for the workspace, and the server's own, which
// names folders whose tests may be run while drafts are checked.
import * as vscode from 'vscode';
import { said, stoker } from '../server/cli';
import { ask } from '../server/questions';
import type { Server } from '../server/server';

/** The commands that are worth nothing unless code is run. */
const RUNNING = new Set(['stoker.test']);
const MANAGE = 'Manage Workspace Trust';
const TRUST = 'Trust the Folder';

interface Place {
  readonly uri?: unknown;
}

/** Whether a command of the server may go on; asks where it needs a trust that was not given. */
export async function mayRun(server: Server, command: string, given: readonly unknown[]): Promise<boolean> {
  if (!RUNNING.has(command)) {
    return true;
  }
  if (!vscode.workspace.isTrusted) {
    const text = "Stoker runs no tests in Restricted Mode: to check a test, it has to run the folder's code.";
    if ((await vscode.window.showWarningMessage(text, MANAGE)) === MANAGE) {
      await vscode.commands.executeCommand('workbench.trust.manage');
    }
    return false;
  }
  const uri = (given[0] as Place | undefined)?.uri;
  if (server.client === undefined || typeof uri !== 'string') {
    return true;
  }
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(uri));
  const status = await ask.status(server.client, uri);
  return status.trusted || folder === undefined || trustFolder(server, folder);
}

/** Ask, and let the server trust a folder; whether it does now. */
export async function trustFolder(server: Server, folder?: vscode.WorkspaceFolder): Promise<boolean> {
  const chosen = folder ?? (await chosenFolder());
  if (chosen === undefined || !vscode.workspace.isTrusted) {
    return false;
  }
  const detail = `${chosen.uri.fsPath}\n\nIts tests, and what they import, run as you: in a scratch copy, without network where the system can take it away, with limits on time and memory.`;
  const question = 'To check a test, Stoker has to run code of this folder. May it?';
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, TRUST)) !== TRUST) {
    return false;
  }
  const ran = await stoker(server, 'trust', 'add', chosen.uri.fsPath);
  if (ran.status !== 0) {
    void vscode.window.showErrorMessage(`Stoker does not trust the folder: ${said(ran)}`);
  }
  return ran.status === 0;
}

async function chosenFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const here = vscode.window.activeTextEditor && vscode.workspace.getWorkspaceFolder(vscode.window.activeTextEditor.document.uri);
  return here ?? (folders.length > 1 ? vscode.window.showWorkspaceFolderPick() : folders[0]);
}
