// Draws what follows from an edit where it is, and goes there. What follows, and in which order, is the server's.
import * as vscode from 'vscode';
import { ask, type Hop } from '../server/questions';
import type { Server } from '../server/server';
import { SECTION } from '../settings/declared';

const REST_MS = 400;

const REMOVED = vscode.window.createTextEditorDecorationType({
  backgroundColor: new vscode.ThemeColor('diffEditor.removedTextBackground'),
});
const ADDED = vscode.window.createTextEditorDecorationType({
  after: { backgroundColor: new vscode.ThemeColor('diffEditor.insertedTextBackground'), color: new vscode.ThemeColor('editor.foreground'), margin: '0 0 0 2px' },
});
const HINT = vscode.window.createTextEditorDecorationType({
  after: { color: new vscode.ThemeColor('editorGhostText.foreground'), fontStyle: 'italic', margin: '0 0 0 2em' },
});

interface Drawn {
  readonly editor: vscode.TextEditor;
  readonly version: number;
  readonly hop: Hop;
  readonly range: vscode.Range;
  /** Whether it is in another file than the one in front. */
  readonly away: boolean;
}

export class NextEdits implements vscode.Disposable {
  private drawn: Drawn | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly parts: vscode.Disposable[];

  constructor(private readonly server: Server) {
    this.parts = [
      REMOVED,
      ADDED,
      HINT,
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document === vscode.window.activeTextEditor?.document && event.contentChanges.length) {
          this.clear();
          this.askSoon();
        }
      }),
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.clear();
        this.askSoon();
      }),
      vscode.window.onDidChangeTextEditorSelection(() => this.draw()),
      vscode.window.onDidChangeTextEditorVisibleRanges(() => this.draw()),
      new vscode.Disposable(() => clearTimeout(this.timer)),
    ];
  }

  /** What the Tab key does while an edit is drawn. The key may be quicker than what it is bound to: so it is looked at again here. */
  async tab(): Promise<void> {
    if (this.drawn !== undefined && takesTab(this.drawn)) {
      await this.go();
    } else {
      await vscode.commands.executeCommand('tab');
    }
  }

  /** Go to the edit that is drawn, or make it where the cursor is in its lines already. */
  async go(): Promise<void> {
    const { drawn } = this;
    if (drawn === undefined) {
      return;
    }
    if (drawn.away) {
      this.clear();
      await vscode.window.showTextDocument(vscode.Uri.parse(drawn.hop.textDocument.uri), { selection: collapsed(drawn.range) });
    } else if (!isAt(drawn)) {
      drawn.editor.selection = new vscode.Selection(drawn.range.start, drawn.range.start);
      drawn.editor.revealRange(drawn.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    } else if (drawn.editor.document.version === drawn.version) {
      this.clear();
      await drawn.editor.edit((builder) => builder.replace(drawn.range, drawn.hop.text));
    }
  }

  clear(): void {
    this.drawn = undefined;
    this.draw();
  }

  dispose(): void {
    vscode.Disposable.from(...this.parts).dispose();
  }

  private askSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), REST_MS);
  }

  private async ask(): Promise<void> {
    const { client, stage } = this.server;
    const editor = vscode.window.activeTextEditor;
    const wanted = vscode.workspace.getConfiguration(SECTION, editor?.document.uri).get('next_edit.enabled');
    if (client === undefined || stage !== 'running' || editor === undefined || !wanted || editor.document.uri.scheme !== 'file') {
      return;
    }
    const { document } = editor;
    const { version } = document;
    const uri = client.code2ProtocolConverter.asUri(document.uri);
    const position = client.code2ProtocolConverter.asPosition(editor.selection.active);
    const isFresh = (): boolean => document.version === version && vscode.window.activeTextEditor === editor;
    const here = await ask.nextEdit(client, { uri, version }, position).catch(() => undefined);
    if (!isFresh()) {
      return;
    }
    const hop = here ?? (await ask.nextEditElsewhere(client, uri, position).catch(() => undefined));
    if (hop !== undefined && isFresh()) {
      const away = hop.textDocument.uri !== uri;
      this.drawn = { editor, version, hop, range: client.protocol2CodeConverter.asRange(hop.range), away };
      this.draw();
    }
  }

  private draw(): void {
    const { drawn } = this;
    for (const editor of vscode.window.visibleTextEditors) {
      const here = drawn?.editor === editor ? drawn : undefined;
      editor.setDecorations(REMOVED, here && !here.away && !here.range.isEmpty ? [here.range] : []);
      editor.setDecorations(ADDED, here && !here.away ? [added(here)] : []);
      editor.setDecorations(HINT, here ? hint(here) : []);
    }
    void vscode.commands.executeCommand('setContext', `${SECTION}.nextEdit`, drawn !== undefined);
    void vscode.commands.executeCommand('setContext', `${SECTION}.nextEditTakesTab`, drawn !== undefined && takesTab(drawn));
  }
}

/** Tab indents where only white space stands before the cursor, unless the cursor is where the edit is. */
function takesTab(drawn: Drawn): boolean {
  const { active, isEmpty } = drawn.editor.selection;
  const before = drawn.editor.document.lineAt(active.line).text.slice(0, active.character);
  return isEmpty && (before.trim() !== '' || (isAt(drawn) && active.isEqual(drawn.range.start)));
}

function isAt(drawn: Drawn): boolean {
  const { line } = drawn.editor.selection.active;
  return !drawn.away && line >= drawn.range.start.line && line <= drawn.range.end.line;
}

function added({ hop, range }: Drawn): vscode.DecorationOptions {
  const [first = '', ...more] = hop.text.replace(/\n$/, '').split('\n');
  const text = first + (more.length ? ` ... ${more.length} more` : '');
  return { range: new vscode.Range(range.end, range.end), renderOptions: { after: { contentText: text.replaceAll(' ', '\u00a0') } } };
}

/** At the cursor's line: what comes next where that can't be seen. */
function hint(drawn: Drawn): vscode.DecorationOptions[] {
  const seen = drawn.editor.visibleRanges.some((each) => each.contains(drawn.range.start));
  if (!drawn.away && seen) {
    return [];
  }
  const file = drawn.away ? `${vscode.workspace.asRelativePath(vscode.Uri.parse(drawn.hop.textDocument.uri))}:` : 'line ';
  const contentText = `${takesTab(drawn) ? 'Tab' : 'Next edit'}: ${file}${drawn.range.start.line + 1}, ${drawn.hop.title}`;
  const end = drawn.editor.document.lineAt(drawn.editor.selection.active.line).range.end;
  return [{ range: new vscode.Range(end, end), renderOptions: { after: { contentText } } }];
}

function collapsed(range: vscode.Range): vscode.Range {
  return new vscode.Range(range.start, range.start);
}
