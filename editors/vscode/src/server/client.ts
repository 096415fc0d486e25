// The language client: what it is told of the editor, and where its ways are bent. Ghost text, popup, code actions, lenses, hovers
// and diagnostics are the client's own.
import * as vscode from 'vscode';
import { type ErrorHandler, LanguageClient, type Middleware } from 'vscode-languageclient/node';
import { type Declared, SECTION } from '../settings/declared';
import { atStart, whenAsked } from '../settings/handed';
import type { Program } from './find';

/** Documents of any language: where none of its grammars fits, the server still completes words. */
const DOCUMENTS = [{ scheme: 'file' }, { scheme: 'untitled' }, { scheme: 'vscode-notebook-cell' }];

export interface Given {
  readonly declared: readonly Declared[];
  readonly environment: NodeJS.ProcessEnv;
  /** Where the process starts: never in the workspace, whose files may tell programs such as uv what to fetch. */
  readonly cwd: string;
  readonly log: vscode.LogOutputChannel;
  readonly middleware: Middleware;
  readonly closed: ErrorHandler['closed'];
}

export function makeClient(program: Program, given: Given): LanguageClient {
  const client: LanguageClient = new LanguageClient(
    SECTION,
    'Stoker',
    {
      command: program.command,
      args: [...program.before, 'lsp'],
      options: { cwd: given.cwd, env: { ...process.env, ...given.environment } },
    },
    {
      documentSelector: DOCUMENTS,
      initializationOptions: () => atStart(given.declared),
      outputChannel: given.log,
      middleware: { ...given.middleware, workspace: { ...settingsAsked(given.declared), ...given.middleware.workspace } },
      errorHandler: {
        error: (problem, message, count) => fallback.error(problem, message, count),
        closed: given.closed,
      },
      markdown: { supportThemeIcons: true },
    },
  );
  const fallback: ErrorHandler = client.createDefaultErrorHandler();
  return client;
}

/** The server asks for the section as a whole; it gets its own settings of it, and no defaults. */
function settingsAsked(declared: readonly Declared[]): NonNullable<Middleware['workspace']> {
  return {
    configuration: (params, token, next) => {
      const own = params.items.map((item) => item.section === SECTION);
      if (!own.every(Boolean)) {
        return next(params, token);
      }
      return params.items.map((item) => whenAsked(declared, item.scopeUri ? vscode.Uri.parse(item.scopeUri) : undefined));
    },
  };
}
