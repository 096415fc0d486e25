// The view of what is left to be done: by file, with the place to go to. The server looks for it only while somebody sees it.
import * as vscode from 'vscode';
import { ask, type Task } from '../server/questions';
import type { Server } from '../server/server';

const SOON_MS = 1_000;
const ICONS: Readonly<Record<string, string>> = { docstring: 'book', test: 'beaker', check: 'warning', note: 'note' };

type Node = { readonly file: string; readonly tasks: readonly Task[] } | Task;

export class Tasks implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changes.event;
  private readonly view: vscode.TreeView<Node>;
  private readonly parts: vscode.Disposable[];
  private found: readonly Task[] = [];
  private soon: NodeJS.Timeout | undefined;

  constructor(private readonly server: Server) {
    this.view = vscode.window.createTreeView('stoker.tasks', { treeDataProvider: this });
    this.parts = [
      this.view,
      this.changes,
      this.view.onDidChangeVisibility(() => this.refreshSoon(0)),
      server.onChange(() => this.refreshSoon()),
      vscode.workspace.onDidSaveTextDocument(() => this.refreshSoon()),
      new vscode.Disposable(() => clearTimeout(this.soon)),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.parts).dispose();
  }

  refresh = async (): Promise<void> => {
    const { client, stage } = this.server;
    if (client === undefined || stage !== 'running') {
      return;
    }
    try {
      const all = await vscode.window.withProgress({ location: { viewId: 'stoker.tasks' } }, () => ask.tasks(client));
      this.found = all.filter((each) => each.state === 'open');
      this.view.message = '';
    } catch (problem) {
      this.view.message = problem instanceof Error ? problem.message : String(problem);
    }
    this.changes.fire();
  };

  /** Say that a task is done. */
  finish = async (task: Task): Promise<void> => {
    await vscode.commands.executeCommand('stoker.tasks.done', { id: task.id });
    await this.refresh();
  };

  /** Write one down where the cursor is. */
  add = async (): Promise<void> => {
    const editor = vscode.window.activeTextEditor;
    const { client } = this.server;
    const title = editor && client && (await vscode.window.showInputBox({ title: 'Stoker: Write Down a Task', prompt: 'What is to be done here?' }));
    if (!title) {
      return;
    }
    const uri = client.code2ProtocolConverter.asUri(editor.document.uri);
    const range = client.code2ProtocolConverter.asRange(editor.selection);
    await vscode.commands.executeCommand('stoker.tasks.add', { uri, range, options: { title } });
    await this.refresh();
  };

  getChildren(node?: Node): Node[] {
    if (node !== undefined) {
      return 'tasks' in node ? [...node.tasks] : [];
    }
    const files = [...new Set(this.found.map((each) => each.place.file))];
    return files.map((file) => ({ file, tasks: this.found.filter((each) => each.place.file === file) }));
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return 'tasks' in node ? fileItem(node.file, node.tasks) : taskItem(node);
  }

  private refreshSoon(milliseconds = SOON_MS): void {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.view.visible && void this.refresh(), milliseconds);
  }
}

function fileItem(file: string, tasks: readonly Task[]): vscode.TreeItem {
  const uri = tasks[0]?.uri;
  const item = new vscode.TreeItem(file || 'The folder', vscode.TreeItemCollapsibleState.Expanded);
  item.iconPath = uri === undefined ? vscode.ThemeIcon.Folder : vscode.ThemeIcon.File;
  if (uri !== undefined) {
    item.resourceUri = vscode.Uri.parse(uri);
  }
  return item;
}

function taskItem(task: Task): vscode.TreeItem {
  const item = new vscode.TreeItem(task.title);
  item.id = task.id;
  item.description = [task.place.symbol, task.assignee && `@${task.assignee}`].filter(Boolean).join('  ');
  item.tooltip = `${task.kind}: ${task.title}`;
  item.contextValue = 'task';
  item.iconPath = new vscode.ThemeIcon(ICONS[task.kind] ?? 'circle-large-outline');
  if (task.uri !== undefined && task.range !== undefined) {
    const { line } = task.range.start;
    const selection = new vscode.Range(line, 0, line, 0);
    item.command = { command: 'vscode.open', title: 'Go There', arguments: [vscode.Uri.parse(task.uri), { selection }] };
  }
  return item;
}
