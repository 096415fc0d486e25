// What files would say after an edit, without making it.
import * as vscode from 'vscode';

export interface FileChange {
  readonly uri: vscode.Uri;
  readonly exists: boolean;
  readonly after: string;
  /** How many lines come, or go where more go than come. */
  readonly lines: number;
}

export async function applied(edit: vscode.WorkspaceEdit): Promise<FileChange[]> {
  return Promise.all(edit.entries().map(([uri, edits]) => appliedTo(uri, edits)));
}

async function appliedTo(uri: vscode.Uri, edits: readonly vscode.TextEdit[]): Promise<FileChange> {
  const document = await opened(uri);
  const counted = edits.map(({ range, newText }) => Math.max(range.end.line - range.start.line, newText.split('\n').length - 1, 1));
  const lines = counted.reduce((sum, each) => sum + each, 0);
  if (document === undefined) {
    return { uri, exists: false, after: edits.map((each) => each.newText).join(''), lines };
  }
  const backwards = [...edits].sort((one, two) => document.offsetAt(two.range.start) - document.offsetAt(one.range.start));
  let after = document.getText();
  for (const { range, newText } of backwards) {
    after = after.slice(0, document.offsetAt(range.start)) + newText + after.slice(document.offsetAt(range.end));
  }
  return { uri, exists: true, after, lines };
}

async function opened(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    return undefined; // the edit makes it
  }
}
