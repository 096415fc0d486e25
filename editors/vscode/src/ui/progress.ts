// Progress of what the user asked for: a notification with a button that cancels. The client's own way hides both in the status bar.
import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

interface Shown {
  readonly report: (message: string) => void;
  readonly end: () => void;
}

type Cancel = (token: string | number) => void;

export function showProgress(cancel: Cancel): NonNullable<Middleware['handleWorkDoneProgress']> {
  const shown = new Map<string | number, Shown>();
  return (token, params) => {
    switch (params.kind) {
      case 'begin':
        shown.set(token, begin(params.title, () => cancel(token)));
        break;
      case 'report':
        shown.get(token)?.report(params.message ?? '');
        break;
      case 'end':
        shown.get(token)?.end();
        shown.delete(token);
    }
  };
}

function begin(title: string, cancel: () => void): Shown {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  let report = (_: string): void => undefined;
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  void vscode.window.withProgress(options, (progress, token) => {
    report = (message) => progress.report({ message });
    token.onCancellationRequested(cancel);
    return ended;
  });
  return { report: (message) => report(message), end };
}
