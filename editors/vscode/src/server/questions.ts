// The server's own requests, typed as docs/architecture.md has them.
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Position, Range, VersionedTextDocumentIdentifier } from 'vscode-languageclient/node';

export interface Status {
  readonly drafts: string;
  readonly mode: string | null;
  readonly models: readonly { name: string; ready: boolean; reason: string | null; lifts_in: number | null }[];
  readonly problem: string | null;
  readonly spend: { today: number; cap: number | null; reached: boolean; lifts_in: number | null };
  readonly quiet: string | null;
  readonly trusted: boolean;
}

export interface Verdict {
  readonly check: string;
  readonly outcome: 'passed' | 'failed' | 'undecided';
}

export interface Receipt {
  readonly id: string;
  readonly feature: string;
  readonly subject: string;
  readonly author: string;
  readonly verdicts: readonly Verdict[];
  readonly seconds: number;
  readonly sandbox: string | null;
}

/** An edit that follows from an earlier one. */
export interface Hop {
  readonly text: string;
  readonly range: Range;
  readonly textDocument: VersionedTextDocumentIdentifier;
  readonly title: string;
  readonly receipt: string;
}

/** Something left to be done. */
export interface Task {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly state: 'open' | 'done' | 'gone';
  readonly assignee: string;
  readonly place: { readonly file: string; readonly symbol: string };
  readonly uri?: string;
  readonly range?: Range;
}

export const ask = {
  status: (client: LanguageClient, uri: string | undefined): Promise<Status> => client.sendRequest('stoker/status', uri ? { uri } : {}),
  receipt: (client: LanguageClient, id: string): Promise<Receipt> => client.sendRequest('stoker/receipt', { id }),
  tasks: (client: LanguageClient): Promise<Task[]> => client.sendRequest('stoker/tasks', {}),
  receipts: (client: LanguageClient): Promise<Receipt[]> => client.sendRequest('stoker/receipts', {}),

  /** The next edit in a document; none where nothing follows. */
  async nextEdit(client: LanguageClient, textDocument: { uri: string; version: number }, position: Position): Promise<Hop | undefined> {
    const params = { textDocument, position, context: { triggerKind: 2 } };
    const answer = await client.sendRequest<{ edits: Hop[] }>('textDocument/copilotInlineEdit', params);
    return answer.edits[0];
  },

  /** The next edit in another file, looked at and not made. */
  async nextEditElsewhere(client: LanguageClient, uri: string, position: Position): Promise<Hop | undefined> {
    const argument = { uri, position, options: { look: true } };
    const params = { command: 'stoker.nextEdit', arguments: [argument] };
    const started = await client.sendRequest<{ job: string } | null>('workspace/executeCommand', params);
    if (started === null) {
      return undefined;
    }
    const outcome = await client.sendRequest<{ edit: Hop | null }>('stoker/outcome', { job: started.job });
    return outcome.edit ?? undefined;
  },
};
