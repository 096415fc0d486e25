// Keeps the server in step with the settings: what it was given at start needs a new start, the rest it asks for again.
import * as vscode from 'vscode';
import type { Server } from '../server/server';
import { type Declared, SECTION } from './declared';

const OWN = ['server.command', 'server.package'];

export function followSettings(server: Server, declared: readonly Declared[]): vscode.Disposable {
  const starting = [...OWN, ...declared.filter((each) => each.machine).map((each) => each.key)];
  return vscode.workspace.onDidChangeConfiguration(async (event) => {
    if (!event.affectsConfiguration(SECTION)) {
      return;
    }
    if (starting.some((key) => event.affectsConfiguration(`${SECTION}.${key}`))) {
      await server.restart();
    } else if (server.stage === 'running') {
      await server.client?.sendNotification('workspace/didChangeConfiguration', { settings: null });
    }
  });
}
