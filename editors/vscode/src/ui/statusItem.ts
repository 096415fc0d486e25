// The item in the status bar: who drafts, what today cost, and why nothing is suggested.
import * as vscode from 'vscode';
import { ask, type Status } from '../server/questions';
import type { Server, Stage } from '../server/server';

const EVERY_MS = 15_000;
const SOON_MS = 300;
const ICONS: Record<Stage, string> = {
  stopped: '$(circle-slash)',
  missing: '$(cloud-download)',
  starting: '$(loading~spin)',
  running: '$(flame)',
  failed: '$(error)',
};

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('status', vscode.StatusBarAlignment.Right, 90);
  private readonly parts: vscode.Disposable[];
  private soon: NodeJS.Timeout | undefined;

  constructor(private readonly server: Server) {
    this.item.name = 'Stoker';
    this.item.command = 'stoker.menu';
    this.item.show();
    const timer = setInterval(() => vscode.window.state.focused && this.refreshSoon(), EVERY_MS);
    this.parts = [
      this.item,
      server.onChange(() => this.refreshSoon()),
      vscode.window.onDidChangeActiveTextEditor(() => this.refreshSoon()),
      vscode.workspace.onDidChangeConfiguration(() => this.refreshSoon()),
      new vscode.Disposable(() => clearInterval(timer)),
      new vscode.Disposable(() => clearTimeout(this.soon)),
    ];
    this.refreshSoon();
  }

  /** Ask anew, once a number of reasons to do so have come together. */
  refreshSoon(): void {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => void this.refresh(), SOON_MS);
  }

  dispose(): void {
    vscode.Disposable.from(...this.parts).dispose();
  }

  private async refresh(): Promise<void> {
    const { stage, client } = this.server;
    if (stage !== 'running' || client === undefined) {
      this.draw(ICONS[stage], 'Stoker', [stage === 'starting' ? 'The server is being started.' : said(this.server)], stage);
      return;
    }
    const status = await ask.status(client, vscode.window.activeTextEditor?.document.uri.toString()).catch(() => undefined);
    if (status !== undefined && this.server.client === client) {
      const odd = status.problem !== null || status.models.some((each) => !each.ready);
      const icon = odd ? '$(warning)' : status.quiet ? '$(circle-slash)' : ICONS.running;
      this.draw(icon, short(status.drafts), lines(status, this.server), stage);
    }
  }

  private draw(icon: string, text: string, told: readonly string[], stage: Stage): void {
    const bad = stage === 'failed' || stage === 'missing';
    this.item.text = `${icon} ${text}`;
    this.item.tooltip = new vscode.MarkdownString(`**Stoker**\n\n${told.join('\n\n')}\n\nClick for the menu.`, true);
    this.item.backgroundColor = bad ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.item.accessibilityInformation = { label: `Stoker: ${told.join(' ')}` };
  }
}

function said(server: Server): string {
  return server.problem ? `The server does not run: ${server.problem}.` : 'The server does not run.';
}

/** `openai/gpt-5-mini` is `gpt-5-mini` where there is little room; the facts of the code are no model. */
function short(drafts: string): string {
  return drafts === 'facts' ? 'Stoker' : drafts.slice(drafts.lastIndexOf('/') + 1);
}

function lines(status: Status, server: Server): string[] {
  const { today, cap, reached, lifts_in } = status.spend;
  const drafts = status.drafts === 'facts' ? 'The facts of the code draft; no model is asked.' : `${status.drafts} drafts.`;
  const capped = cap === null ? '' : ` of $${cap.toFixed(2)}`;
  return [
    drafts + (status.mode ? ` Two models: ${status.mode}.` : ''),
    `Today: $${today.toFixed(2)}${capped}${reached ? `; the cap is reached and lifts ${within(lifts_in)}` : ''}.`,
    ...(status.quiet ? [`Quiet here: ${status.quiet}.`] : []),
    ...(status.problem ? [`${status.problem}.`] : []),
    ...status.models.filter((each) => !each.ready).map((each) => `${each.name}: ${each.reason ?? 'not ready'}, until ${within(each.lifts_in)}.`),
    `The server comes from ${server.program?.origin ?? 'nowhere'}.`,
  ];
}

function within(seconds: number | null): string {
  if (seconds === null) {
    return 'something changes';
  }
  return seconds < 120 ? `in ${Math.round(seconds)} s` : `in ${Math.round(seconds / 60)} min`;
}
