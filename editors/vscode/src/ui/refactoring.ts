// Refactorings that have to be told something: a name, a file, a list of parameters, or words. All others are code actions.
import * as vscode from 'vscode';
import { placeHere } from '../commands';
import type { Server } from '../server/server';

interface Asked extends vscode.QuickPickItem {
  /** What the server is told, besides the answer. */
  readonly how?: string;
  /** The name of the option that the answer is. */
  readonly option: string;
  readonly prompt: string;
  readonly placeHolder?: string;
}

const ASKED: readonly Asked[] = [
  { label: 'Rename...', detail: 'in every file that uses it', how: 'rename', option: 'name', prompt: 'The new name' },
  {
    label: 'Move to Another Module...',
    detail: "a module's function or class, with its imports everywhere",
    how: 'move',
    option: 'to',
    prompt: 'The file that it moves to, from the folder on; a new one is made',
    placeHolder: 'package/module.py',
  },
  {
    label: 'Change the Signature...',
    detail: 'and all calls',
    how: 'change-signature',
    option: 'parameters',
    prompt: 'The parameters as they shall be: an arrow renames, what has a default is new, what is not listed goes',
    placeHolder: 'path, mode->flags, timeout=30',
  },
  { label: 'In Words...', detail: 'what a model shall do with the selected lines', option: 'instruction', prompt: 'What is to be done?' },
];

/** Ask which, and for what it needs; the server does it. */
export async function refactorHere(server: Server): Promise<void> {
  const place = placeHere(server);
  const editor = vscode.window.activeTextEditor;
  const chosen = place && (await vscode.window.showQuickPick(ASKED, { title: 'Stoker: Refactor', placeHolder: 'What is to be done here?' }));
  if (!chosen || editor === undefined) {
    return;
  }
  const { how, option, prompt, placeHolder = '' } = chosen;
  const word = editor.document.getWordRangeAtPosition(editor.selection.active);
  const value = how === 'rename' && word ? editor.document.getText(word) : '';
  const given = await vscode.window.showInputBox({ title: chosen.label, prompt, placeHolder, value, ignoreFocusOut: true });
  if (given?.trim()) {
    const options = { ...(how ? { kind: how } : {}), [option]: given.trim() };
    await vscode.commands.executeCommand('stoker.refactor', { ...place, options });
  }
}
