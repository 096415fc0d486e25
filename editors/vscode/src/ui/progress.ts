// Progress of what the user asked for: a notification with a button that cancels. The client's own way hides both in the status bar.
import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

interface Shown {
  readonly report: (message: string) => void;
  readonly end: () => void;
}

export class Progress {
  private readonly shown = new Map<string | number, Shown>();

  constructor(private readonly cancel: (token: string | number) => void) {}

  /** The middleware of `window/workDoneProgress`. */
  handle: NonNullable<Middleware['handleWorkDoneProgress']> = (token, params) => {
    switch (params.kind) {
      case 'begin':
        this.shown.set(token, begin(params.title, () => this.cancel(token)));
        break;
      case 'report':
        this.shown.get(token)?.report(params.message ?? '');
        break;
      case 'end':
        this.end(token);
    }
  };

  /** The work has come to an edit and the user is asked about it: where that is clear, its progress is over. */
  endOnly(): void {
    const [only, another] = this.shown.keys();
    if (only !== undefined && another === undefined) {
      this.end(only);
    }
  }

  private end(token: string | number): void {
    this.shown.get(token)?.end();
    this.shown.delete(token);
  }
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
