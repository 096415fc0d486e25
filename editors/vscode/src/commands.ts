// The palette's commands for the place where the cursor is. The server's own commands carry the place as an argument.
import * as vscode from 'vscode';
import type { Server } from './server/server';

/** Each with the command of the server that it stands for. */
export const AT_CURSOR: ReadonlyMap<string, string> = new Map([
  ['stoker.writeDocumentation', 'stoker.document'],
  ['stoker.writeTest', 'stoker.test'],
  ['stoker.explainHere', 'stoker.explain'],
  ['stoker.generateHere', 'stoker.generate'],
]);

export async function runAtCursor(server: Server, command: string): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const { client } = server;
  if (editor === undefined || client === undefined || server.stage !== 'running') {
    void vscode.window.showInformationMessage(server.problem ? `Stoker: ${server.problem}.` : 'Stoker: open a file first.');
    return;
  }
  const uri = client.code2ProtocolConverter.asUri(editor.document.uri);
  const range = client.code2ProtocolConverter.asRange(editor.selection);
  await vscode.commands.executeCommand(command, { uri, range });
}
