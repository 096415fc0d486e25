// The server's life: found, started, watched, started anew where it dies, and told of where it does not live.
import * as vscode from 'vscode';
import { CloseAction, type LanguageClient, type Middleware, State } from 'vscode-languageclient/node';
import type { Keys } from '../keys';
import { type Declared, SECTION } from '../settings/declared';
import { makeClient } from './client';
import { findServer, NamedMissing } from './find';
import type { Home } from './home';
import { offerServer } from './install';
import type { Program } from './program';
import { run, whatFailed } from './run';

export type Stage = 'stopped' | 'missing' | 'starting' | 'running' | 'failed';

const DEATHS = 4;
const DEATHS_WITHIN_MS = 3 * 60_000;
const SLOW_MS = 10_000;
const QUESTION_MS = 30_000;

export class Server implements vscode.Disposable {
  /** The client while the server runs. */
  client: LanguageClient | undefined;
  program: Program | undefined;
  stage: Stage = 'stopped';
  /** Why there is no server, as a sentence; empty while there is one. */
  problem = '';
  private deaths: number[] = [];
  private beginning = false;
  private work: Promise<void> = Promise.resolve();
  private readonly changes = new vscode.EventEmitter<Stage>();
  readonly onChange = this.changes.event;

  constructor(
    private readonly home: Home,
    private readonly keys: Keys,
    private readonly declared: readonly Declared[],
    private readonly log: vscode.LogOutputChannel,
    private readonly middleware: Middleware,
  ) {}

  /** Start it, or start it anew; one after the other, whoever asks. */
  restart(): Promise<void> {
    this.deaths = [];
    this.work = this.work.then(() => this.startAnew());
    return this.work;
  }

  /** Ask for an installation, and start what came of it. */
  async install(): Promise<void> {
    if (await offerServer(this.home, this.log)) {
      await this.restart();
    }
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client?.needsStop()) {
      await client.dispose();
    }
  }

  /** Environment and folder in which the server's own program runs. */
  async surroundings(): Promise<{ readonly cwd: string; readonly environment: NodeJS.ProcessEnv }> {
    await this.home.prepare();
    return { cwd: this.home.folder, environment: { ...process.env, ...(await this.keys.environment()) } };
  }

  dispose(): void {
    void this.stop();
    this.changes.dispose();
  }

  private async startAnew(): Promise<void> {
    await this.stop();
    this.enter('starting');
    try {
      this.program = await findServer(this.home);
    } catch (problem) {
      if (!(problem instanceof NamedMissing)) {
        throw problem;
      }
      this.fail(problem.message);
      return;
    }
    if (this.program === undefined) {
      this.enter('missing', "Stoker's server is not installed");
      void this.install();
      return;
    }
    this.log.info(`the server comes from ${this.program.origin}: ${this.program.command}`);
    await this.startClient(this.program);
  }

  private async startClient(program: Program): Promise<void> {
    const { cwd, environment } = await this.surroundings();
    const { declared, log, middleware } = this;
    const watched = { closed: () => this.closed(), away: () => this.beginning || this.stage !== 'running' };
    const client = makeClient(program, { declared, environment, cwd, log, middleware, ...watched });
    this.client = client;
    client.onDidChangeState(({ newState }) => this.follow(client, newState));
    const slow = setTimeout(() => void this.tellSlow(), SLOW_MS);
    this.beginning = true;
    try {
      await client.start();
    } catch {
      if (this.client === client) {
        this.fail(await this.why(program)); // the client has written its error to the log
      }
    } finally {
      this.beginning = false;
      clearTimeout(slow);
    }
  }

  private follow(client: LanguageClient, state: State): void {
    if (client !== this.client) {
      return; // one that was let go
    }
    if (state === State.Running) {
      this.enter('running');
    } else if (state === State.Starting) {
      this.enter('starting');
    } else if (state === State.StartFailed && !this.beginning) {
      void this.notAgain(client);
    } else if (this.stage === 'running') {
      this.enter('stopped');
    }
  }

  /** The client's own new start came to nothing; where the process died of it, `closed` has its say, and it may be started again. */
  private async notAgain(client: LanguageClient): Promise<void> {
    const why = this.program ? await this.why(this.program) : '';
    if (client === this.client && client.state === State.StartFailed && this.stage !== 'failed') {
      this.fail(why);
    }
  }

  /** The process is gone: it is started again, unless it keeps dying. */
  private closed(): { action: CloseAction; handled: boolean } {
    if (this.beginning) {
      return { action: CloseAction.DoNotRestart, handled: true }; // startClient tells why
    }
    const now = Date.now();
    this.deaths = [...this.deaths.filter((each) => now - each < DEATHS_WITHIN_MS), now];
    if (this.deaths.length < DEATHS && this.stage !== 'failed') {
      return { action: CloseAction.Restart, handled: true };
    }
    this.fail(`it ended ${this.deaths.length} times in a few minutes and is not started again by itself`);
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  /** What the program itself says where it does not serve. */
  private async why(program: Program): Promise<string> {
    const { cwd, environment } = await this.surroundings();
    const ran = await run(program.command, [...program.before, '--version'], { cwd, environment, timeout: QUESTION_MS });
    if (ran.status === 0) {
      return `${program.command} runs, but its language server did not start`;
    }
    return `${program.command} (from ${program.origin}) can't be run: ${whatFailed(ran.errors) || `it ended with ${ran.status}`}`;
  }

  private enter(stage: Stage, problem = ''): void {
    this.stage = stage;
    this.problem = problem;
    void vscode.commands.executeCommand('setContext', `${SECTION}.running`, stage === 'running');
    this.changes.fire(stage);
  }

  private fail(problem: string): void {
    this.enter('failed', problem);
    void this.tell(`Stoker's server does not run: ${problem}.`);
  }

  private async tellSlow(): Promise<void> {
    await this.tell(`Stoker's server has not answered for ${SLOW_MS / 1000} seconds. It may still be being fetched.`);
  }

  private async tell(text: string): Promise<void> {
    const [again, show, settings] = ['Restart', 'Show Log', 'Open Settings'] as const;
    const chosen = await vscode.window.showErrorMessage(text, again, show, settings);
    if (chosen === again) {
      await this.restart();
    } else if (chosen === show) {
      this.log.show();
    } else if (chosen === settings) {
      await vscode.commands.executeCommand('workbench.action.openSettings', `${SECTION}.server`);
    }
  }
}
