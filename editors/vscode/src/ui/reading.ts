// The commands that show something to read. The texts are the server's own, as its command line prints them.
import * as vscode from 'vscode';
import type { ShowDocumentParams, ShowDocumentResult } from 'vscode-languageclient/node';
import { said, stoker } from '../server/cli';
import { ask } from '../server/questions';
import type { Server } from '../server/server';
import type { Pages } from './pages';

export class Reading {
  constructor(
    private readonly server: Server,
    private readonly pages: Pages,
  ) {}

  sent = (): Promise<void> => this.print('What was sent.txt', 'sent', 'show');
  spend = (): Promise<void> => this.print('What it cost.txt', 'report', 'spend');
  doctor = (): Promise<void> => this.print('The set-up.txt', 'doctor');
  receipt = (id: string): Promise<void> => this.print(`Receipt ${id}.txt`, 'receipt', id);

  /** Choose one of the session's receipts, and read it. */
  receipts = async (): Promise<void> => {
    const found = this.server.client ? await ask.receipts(this.server.client) : [];
    if (!found.length) {
      void vscode.window.showInformationMessage('Stoker has offered nothing yet in this window.');
      return;
    }
    const items = found.map((each) => ({ label: each.subject, description: `${each.feature}, by ${each.author}`, detail: each.id }));
    const chosen = await vscode.window.showQuickPick(items, { title: 'Stoker: Receipts', matchOnDescription: true });
    if (chosen !== undefined) {
      await this.receipt(chosen.detail);
    }
  };

  /** The middleware of `window/showDocument`: an explanation is Markdown, and shown as it reads, beside the code. */
  async document(params: ShowDocumentParams, next: (params: ShowDocumentParams) => unknown): Promise<ShowDocumentResult> {
    const uri = vscode.Uri.parse(params.uri);
    if (params.takeFocus !== false || !uri.path.endsWith('.md')) {
      return (await next(params)) as ShowDocumentResult;
    }
    await vscode.commands.executeCommand('markdown.showPreviewToSide', uri);
    return { success: true };
  }

  private async print(title: string, ...given: string[]): Promise<void> {
    const options = { location: vscode.ProgressLocation.Window, title: `stoker ${given.join(' ')}` };
    const ran = await vscode.window.withProgress(options, () => stoker(this.server, ...given));
    await this.pages.show(title, said(ran));
  }
}
