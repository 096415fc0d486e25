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
    const before = vscode.window.activeTextEditor?.document.uri.toString();
    const make = async (): Promise<ApplyWorkspaceEditResult> => (await next(severally(params, changes))) as ApplyWorkspaceEditResult;
    if (!this.isLarge(changes)) {
      return make();
    }
    if (!(await this.wanted(params.label ?? 'Stoker', changes))) {
      return { applied: false, failureReason: 'it was discarded' };
    }
    const result = await make();
    const shown = changes.find(({ uri }) => uri.toString() === before) ?? changes[0];
    if (result.applied && shown) {
      await vscode.window.showTextDocument(shown.uri, { preview: false });
    }
    return result;
  }

  /** Answer the preview in front. */
  answer(wanted: boolean): void {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    for (const [label, settle] of this.open) {
      if ((tab && isOf(tab, label)) || this.open.size === 1) {
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
    const plain = label.replace(/ \(receipt \w+\)$/, '');
    const title = this.open.has(plain) ? `${plain} (${this.number + 1})` : plain;
    const id = /\(receipt (\w+)\)/.exec(label)?.[1];
    this.progress.endOnly();
    await this.show(title, changes);
    const answered = new Promise<boolean>((settle) => this.open.set(title, settle));
    await vscode.commands.executeCommand('setContext', `${SECTION}.preview`, true);
    void this.ask(title, await this.checked(id), id);
    const closing = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      if (closed.some((tab) => isOf(tab, title))) {
        this.open.get(title)?.(false);
      }
    });
    try {
      return await answered;
    } finally {
      closing.dispose();
      this.open.delete(title);
      await vscode.commands.executeCommand('setContext', `${SECTION}.preview`, this.open.size > 0);
      const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => isOf(tab, title));
      await vscode.window.tabGroups.close(tabs);
    }
  }

  /** The notification beside the diff; closing it leaves the diff's own buttons. */
  private async ask(title: string, checked: string, id: string | undefined): Promise<void> {
    const choices = [APPLY, DISCARD, ...(id ? [RECEIPT] : [])];
    const settle = this.open.get(title);
    const chosen = await vscode.window.showInformationMessage(`${title}. ${checked}`, ...choices);
    if (chosen === RECEIPT && id) {
      await this.reading.receipt(id);
      await this.ask(title, checked, id);
    } else if (chosen !== undefined && settle && this.open.get(title) === settle) {
      settle(chosen === APPLY);
    } else if (chosen !== undefined) {
      void vscode.window.showInformationMessage(`${title}: that was answered already.`); // no extension can close a notification
    }
  }

  private async checked(id: string | undefined): Promise<string> {
    const { client } = this.server;
    const receipt = id && client ? await ask.receipt(client, id).catch(() => undefined) : undefined;
    return receipt ? summary(receipt) : 'Its receipt is not to be had.';
  }

  private async show(title: string, changes: readonly FileChange[]): Promise<void> {
    const number = ++this.number;
    const after = changes.map((each) => this.pages.put(each.uri.path, each.after, `after=${number}`));
    const [only] = changes;
    if (changes.length === 1 && only) {
      const before = only.exists ? only.uri : this.pages.put(only.uri.path, '', `before=${number}`);
      await vscode.commands.executeCommand('vscode.diff', before, after[0], title, { preview: false });
    } else {
      const sides = changes.map(({ uri, exists }, index) => [uri, exists ? uri : undefined, after[index]]);
      await vscode.commands.executeCommand('vscode.changes', title, sides);
      await vscode.commands.executeCommand('workbench.action.keepEditor'); // the next file that is looked at would take its place
    }
  }
}

/** Files that nobody has open are saved, as after the editor's own renaming (`files.refactoring.autoSave`), and so are the others. */
function severally(params: ApplyWorkspaceEditParams, changes: readonly FileChange[]): ApplyWorkspaceEditParams {
  return changes.length > 1 ? { ...params, metadata: { isRefactoring: true } } : params;
}

/** Whether a tab is that of a preview: where it has several files, the editor says so behind the title. */
function isOf(tab: vscode.Tab, title: string): boolean {
  return tab.label === title || tab.label.startsWith(`${title} (`);
}

function summary(receipt: Receipt): string {
  const named = (outcome: string): string =>
    receipt.verdicts.filter((each) => each.outcome === outcome).map((each) => each.check).join(', ');
  const undecided = named('undecided');
  return `By ${receipt.author}. Passed: ${named('passed') || 'nothing'}${undecided ? `; undecided: ${undecided}` : ''}.`;
}
