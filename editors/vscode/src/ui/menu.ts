// The menu behind the item in the status bar. Each entry is a command of its own, which the palette has, too.
import * as vscode from 'vscode';
import { ask, type Status } from '../server/questions';
import type { Server } from '../server/server';
import { pausedEverywhere, pausedIn } from '../settings/pausing';

interface Entry extends vscode.QuickPickItem {
  readonly run?: string;
}

export async function showMenu(server: Server): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const status = server.client && server.stage === 'running' ? await ask.status(server.client, document?.uri.toString()) : undefined;
  const chosen = await vscode.window.showQuickPick(entries(server, document, status), {
    title: 'Stoker',
    placeHolder: status?.quiet ?? status?.problem ?? (server.problem || 'What shall it do?'),
  });
  if (chosen?.run !== undefined) {
    await vscode.commands.executeCommand(chosen.run);
  }
}

function entries(server: Server, document: vscode.TextDocument | undefined, status: Status | undefined): Entry[] {
  const language = document?.languageId;
  const paused = pausedEverywhere(document?.uri);
  return [
    ...(server.stage === 'missing' ? [{ label: '$(cloud-download) Install the Server', run: 'stoker.install' }] : []),
    { label: 'Model', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(arrow-swap) Switch Provider...', description: status?.drafts ?? '', run: 'stoker.switchProvider' },
    { label: '$(key) Keys...', run: 'stoker.keys' },
    { label: 'Suggestions', kind: vscode.QuickPickItemKind.Separator },
    { label: paused ? '$(play) Resume Everywhere' : '$(debug-pause) Pause Everywhere', run: 'stoker.togglePause' },
    ...(language === undefined || paused
      ? []
      : [
          {
            label: pausedIn(language, document?.uri) ? `$(play) Resume for ${language}` : `$(debug-pause) Pause for ${language}`,
            run: 'stoker.togglePauseForLanguage',
          },
        ]),
    { label: 'To read', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(eye) What Was Sent', run: 'stoker.showSent' },
    { label: '$(checklist) Receipts...', run: 'stoker.showReceipts' },
    { label: '$(graph) What It Cost', run: 'stoker.showSpend' },
    { label: '$(pulse) Check the Set-up', run: 'stoker.doctor' },
    { label: '$(output) Show the Log', run: 'stoker.showLog' },
    { label: 'This window', kind: vscode.QuickPickItemKind.Separator },
    ...(status?.trusted === false && vscode.workspace.workspaceFolders?.length
      ? [{ label: '$(shield) Let Tests Run in This Folder...', run: 'stoker.trustFolder' }]
      : []),
    { label: '$(debug-restart) Restart the Server', run: 'stoker.restart' },
    { label: '$(settings-gear) Settings', run: 'stoker.openSettings' },
  ];
}
