// The palette's commands for the place where the cursor is. The server's own commands carry the place as an argument.
import * as vscode from 'vscode';
import type { Range } from 'vscode-languageclient/node';
import type { Server } from './server/server';

/** Each with the command of the server that it stands for. */
export const AT_CURSOR: ReadonlyMap<string, string> = new Map([
  ['stoker.writeDocumentation', 'stoker.document'],
  ['stoker.writeTest', 'stoker.test'],
  ['stoker.explainHere', 'stoker.explain'],
  ['stoker.generateHere', 'stoker.generate'],
]);

export async function runAtCursor(server: Server, command: string): Promise<void> {
  const place = placeHere(server);
  if (place !== undefined) {
    await vscode.commands.executeCommand(command, place);
  }
}

/** Where the cursor is, as the server's commands take it; where it can't be told, the user is told why. */
export function placeHere(server: Server): { readonly uri: string; readonly range: Range } | undefined {
  const editor = vscode.window.activeTextEditor;
  const { client } = server;
  if (editor === undefined || client === undefined || server.stage !== 'running') {
    void vscode.window.showInformationMessage(server.problem ? `Stoker: ${server.problem}.` : 'Stoker: open a file first.');
    return undefined;
  }
  const { code2ProtocolConverter: converter } = client;
  return { uri: converter.asUri(editor.document.uri), range: converter.asRange(editor.selection) };
}
