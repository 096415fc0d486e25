// Shows a larger edit as a diff, with what its receipt says, before it is made. What is small is made at once: an undo takes it back.
import * as vscode from 'vscode';
import type { ApplyWorkspaceEditParams, ApplyWorkspaceEditResult } from 'vscode-languageclient/node';
import { ask, type Receipt } from '../server/questions';
import type { Server } from '../server/server';
import { SECTION } from '../settings/declared';
import { applied, type FileChange } from './applied';
import type { Pages } from './pages';
import type { Progress } from './progress';
import type { Reading } from './reading';

type Next = (params: ApplyWorkspaceEditParams) => vscode.ProviderResult<ApplyWorkspaceEditResult> | unknown;

const APPLY = 'Apply';
const DISCARD = 'Discard';
const RECEIPT = 'Receipt';

export class Preview {
  private readonly open = new Map<string, (answer: boolean) => void>();
  private number = 0;

  constructor(
    private readonly server: Server,
    private readonly pages: Pages,
    private readonly reading: Reading,
    private readonly progress: Progress,
  ) {}

  /** The middleware of `workspace/applyEdit`. */
  async handle(params: ApplyWorkspaceEditParams, next: Next): Promise<ApplyWorkspaceEditResult> {
    const edit = await this.server.client?.protocol2CodeConverter.asWorkspaceEdit(params.edit);
    const changes = edit ? await applied(edit) : [];
    if (!this.isLarge(changes)) {
      return (await next(params)) as ApplyWorkspaceEditResult;
    }
    if (!(await this.wanted(params.label ?? 'Stoker', changes))) {
      return { applied: false, failureReason: 'it was discarded' };
    }
    const result = (await next(params)) as ApplyWorkspaceEditResult;
    if (result.applied && changes[0]) {
      await vscode.window.showTextDocument(changes[0].uri, { preview: false });
    }
    return result;
  }

  /** Answer the preview in front. */
  answer(wanted: boolean): void {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    for (const [label, settle] of this.open) {
      if (tab?.label === label || this.open.size === 1) {
        settle(wanted);
      }
    }
  }

  private isLarge(changes: readonly FileChange[]): boolean {
    const from = vscode.workspace.getConfiguration(SECTION).get<number>('preview.fromLines', 20);
    const lines = changes.reduce((sum, each) => sum + each.lines, 0);
    return from > 0 && (lines >= from || changes.length > 1 || changes.some((each) => !each.exists));
  }

  private async wanted(label: string, changes: readonly FileChange[]): Promise<boolean> {
    const title = `${label.replace(/ \(receipt \w+\)$/, '')} (${++this.number})`;
    const id = /\(receipt (\w+)\)/.exec(label)?.[1];
    this.progress.endOnly();
    await this.show(title, changes);
    const answered = new Promise<boolean>((settle) => this.open.set(title, settle));
    await vscode.commands.executeCommand('setContext', `${SECTION}.preview`, true);
    void this.ask(title, await this.checked(id), id);
    const closing = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      if (closed.some((tab) => tab.label === title)) {
        this.open.get(title)?.(false);
      }
    });
    try {
      return await answered;
    } finally {
      closing.dispose();
      this.open.delete(title);
      await vscode.commands.executeCommand('setContext', `${SECTION}.preview`, this.open.size > 0);
      const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => tab.label === title);
      await vscode.window.tabGroups.close(tabs);
    }
  }

  /** The notification beside the diff; closing it leaves the diff's own buttons. */
  private async ask(title: string, checked: string, id: string | undefined): Promise<void> {
    const choices = [APPLY, DISCARD, ...(id ? [RECEIPT] : [])];
    const chosen = await vscode.window.showInformationMessage(`${title.replace(/ \(\d+\)$/, '')}. ${checked}`, ...choices);
    if (chosen === RECEIPT && id) {
      await this.reading.receipt(id);
      await this.ask(title, checked, id);
    } else if (chosen !== undefined) {
      this.open.get(title)?.(chosen === APPLY);
    }
  }

  private async checked(id: string | undefined): Promise<string> {
    const { client } = this.server;
    const receipt = id && client ? await ask.receipt(client, id).catch(() => undefined) : undefined;
    return receipt ? summary(receipt) : 'Its receipt is not to be had.';
  }

  private async show(title: string, changes: readonly FileChange[]): Promise<void> {
    const sides = changes.map(({ uri, exists, after }) => {
      const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
      const old = exists ? uri : this.pages.put(`/${this.number}/nothing/${name}`, '');
      return [uri, old, this.pages.put(`/${this.number}/after/${name}`, after)] as const;
    });
    const [only] = sides;
    if (sides.length === 1 && only) {
      await vscode.commands.executeCommand('vscode.diff', only[1], only[2], title, { preview: false });
    } else {
      await vscode.commands.executeCommand('vscode.changes', title, sides);
    }
  }
}

function summary(receipt: Receipt): string {
  const named = (outcome: string): string =>
    receipt.verdicts.filter((each) => each.outcome === outcome).map((each) => each.check).join(', ');
  const undecided = named('undecided');
  return `By ${receipt.author}. Passed: ${named('passed') || 'nothing'}${undecided ? `; undecided: ${undecided}` : ''}.`;
}
