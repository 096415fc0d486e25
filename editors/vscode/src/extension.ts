// Puts the extension together. What it does for code is the server's; here is only what an editor has to do for that.
import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';
import { Keys } from './keys';
import { Home } from './server/home';
import { Server } from './server/server';
import { declaredSettings } from './settings/declared';
import { followSettings } from './settings/follow';
import { showProgress } from './ui/progress';

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Stoker', { log: true });
  const declared = declaredSettings(context.extension);
  const keys = new Keys(context.secrets);
  const middleware: Middleware = {
    handleWorkDoneProgress: showProgress((token) => {
      void made.client?.sendNotification('window/workDoneProgress/cancel', { token });
    }),
  };
  const made = new Server(new Home(context, log), keys, declared, log, middleware);
  server = made;
  const command = (name: string, run: () => unknown): vscode.Disposable => vscode.commands.registerCommand(`stoker.${name}`, run);
  context.subscriptions.push(
    log,
    made,
    followSettings(made, declared),
    command('restart', () => made.restart()),
    command('install', () => made.install()),
    command('showLog', () => log.show()),
    command('keys', async () => {
      if (await keys.manage()) {
        await made.restart();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => made.restart()),
  );
  void made.restart(); // the editor does not wait for it
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
