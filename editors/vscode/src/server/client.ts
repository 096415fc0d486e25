// The language client: what it is told of the editor, and where its ways are bent. Ghost text, popup, code actions, lenses, hovers
// and diagnostics are the client's own.
import * as vscode from 'vscode';
import { ErrorAction, type ErrorHandler, type Executable, LanguageClient, type LanguageClientOptions, type Middleware } from 'vscode-languageclient/node';
import { type Declared, SECTION } from '../settings/declared';
import { atStart, whenAsked } from '../settings/handed';
import type { Program } from './program';

/** Documents of any language: where none of its grammars fits, the server still completes words. */
const DOCUMENTS = [{ scheme: 'file' }, { scheme: 'untitled' }, { scheme: 'vscode-notebook-cell' }];

/** Messages that may fail to be written, one after the other, until the server is given up. */
const MOST_ERRORS = 3;

export interface Given {
  readonly declared: readonly Declared[];
  readonly environment: NodeJS.ProcessEnv;
  /** Where the process starts: never in the workspace, whose files may tell programs such as uv what to fetch. */
  readonly cwd: string;
  readonly log: vscode.LogOutputChannel;
  readonly middleware: Middleware;
  readonly closed: ErrorHandler['closed'];
  /** Whether it does not serve: it is being started, for the first time or anew, or was given up. */
  readonly away: () => boolean;
}

/** While the server does not serve, what fails is for server.ts to tell, once and in words. */
class Client extends LanguageClient {
  constructor(
    private readonly away: () => boolean,
    ...given: [id: string, name: string, program: Executable, options: LanguageClientOptions]
  ) {
    super(...given);
  }

  override error(message: string, data?: unknown, showNotification: boolean | 'force' = true): void {
    super.error(message, data, this.away() ? false : showNotification);
  }
}

export function makeClient(program: Program, given: Given): LanguageClient {
  return new Client(
    given.away,
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
      initializationFailedHandler: () => false,
      middleware: { ...given.middleware, workspace: { ...settingsAsked(given.declared), ...given.middleware.workspace } },
      errorHandler: {
        // A pipe that breaks is told of once, by what follows from it: the server ends.
        error: (_problem, _message, count) => ({
          action: (count ?? 0) <= MOST_ERRORS ? ErrorAction.Continue : ErrorAction.Shutdown,
          handled: true,
        }),
        closed: given.closed,
      },
      markdown: { supportThemeIcons: true },
    },
  );
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
