// Puts the extension together. What it does for code is the server's; here is only what an editor has to do for that.
import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';
import { AT_CURSOR, runAtCursor } from './commands';
import { Keys } from './keys';
import { noticeOthers } from './others';
import { Home } from './server/home';
import { Server } from './server/server';
import { declaredSettings } from './settings/declared';
import { followSettings } from './settings/follow';
import { togglePause, togglePauseFor } from './settings/pausing';
import { switchProvider } from './settings/provider';
import { showMenu } from './ui/menu';
import { NextEdits } from './ui/nextEdits';
import { Pages } from './ui/pages';
import { Preview } from './ui/preview';
import { Progress } from './ui/progress';
import { Reading } from './ui/reading';
import { refactorHere } from './ui/refactoring';
import { StatusItem } from './ui/statusItem';
import { Tasks } from './ui/tasks';
import { mayRun, trustFolder } from './ui/trust';

const NEVER_CANCELLED = new vscode.CancellationTokenSource().token;

let running: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Stoker', { log: true });
  const declared = declaredSettings(context.extension);
  const keys = new Keys(context.secrets);
  const progress = new Progress((token) => {
    void server.client?.sendNotification('window/workDoneProgress/cancel', { token });
  });
  const middleware: Middleware = {
    handleWorkDoneProgress: progress.handle,
    executeCommand: async (name, given, next) => ((await mayRun(server, name, given)) ? next(name, given) : undefined),
    window: { showDocument: (params, token, next) => reading.document(params, (each) => next(each, token)) },
    workspace: { handleApplyEdit: (params, next) => preview.handle(params, (each) => next(each, NEVER_CANCELLED)) },
  };
  const server = new Server(new Home(context, log), keys, declared, log, middleware);
  const pages = new Pages();
  const reading = new Reading(server, pages);
  const preview = new Preview(server, pages, reading, progress);
  const status = new StatusItem(server);
  const nextEdits = new NextEdits(server);
  const tasks = new Tasks(server);
  running = server;

  const here = (): vscode.TextDocument | undefined => vscode.window.activeTextEditor?.document;
  const commands: Record<string, (...given: never[]) => unknown> = {
    'stoker.menu': () => showMenu(server),
    'stoker.restart': () => server.restart(),
    'stoker.install': () => server.install(),
    'stoker.showLog': () => log.show(),
    'stoker.keys': async () => (await keys.manage()) && server.restart(),
    'stoker.switchProvider': () => switchProvider(declared, keys),
    'stoker.togglePause': () => togglePause(here()?.uri),
    'stoker.togglePauseForLanguage': () => here() && togglePauseFor(here()!.languageId, here()!.uri),
    'stoker.showSent': reading.sent,
    'stoker.showReceipts': reading.receipts,
    'stoker.showSpend': reading.spend,
    'stoker.doctor': reading.doctor,
    'stoker.trustFolder': async () => (await trustFolder(server)) && status.refreshSoon(),
    'stoker.openSettings': () => vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${context.extension.id}`),
    'stoker.showWalkthrough': () => vscode.commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#start`),
    'stoker.goToNextEdit': (key?: 'tab') => (key === 'tab' ? nextEdits.tab() : nextEdits.go()),
    'stoker.dismissNextEdit': () => nextEdits.clear(),
    'stoker.refactorHere': () => refactorHere(server),
    'stoker.refreshTasks': () => tasks.refresh(),
    'stoker.addTask': () => tasks.add(),
    'stoker.finishTask': (task: never) => tasks.finish(task),
    'stoker.applyPreview': () => preview.answer(true),
    'stoker.discardPreview': () => preview.answer(false),
    ...Object.fromEntries([...AT_CURSOR].map(([name, command]) => [name, () => runAtCursor(server, command)])),
  };
  context.subscriptions.push(
    log,
    pages,
    server,
    status,
    nextEdits,
    tasks,
    followSettings(server, declared),
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => server.restart()),
  );
  void server.restart(); // the editor does not wait for it
  void noticeOthers(context.globalState);
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}
