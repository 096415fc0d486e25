// Texts to read, as documents that can't be changed: what was sent, receipts, what the doctor says, and one side of a preview.
import * as vscode from 'vscode';

export const SCHEME = 'stoker';

export class Pages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  private readonly registered = [
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
    vscode.workspace.onDidCloseTextDocument((document) => this.texts.delete(document.uri.toString())),
  ];
  readonly onDidChange = this.changes.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  /** Put a text where a document is; it has the language of its name. The query tells texts of one path from each other. */
  put(path: string, text: string, query = ''): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: path.startsWith('/') ? path : `/${path}`, query });
    this.texts.set(uri.toString(), text);
    this.changes.fire(uri);
    return uri;
  }

  async show(path: string, text: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(this.put(path, text));
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.changes.dispose();
    vscode.Disposable.from(...this.registered).dispose();
  }
}
