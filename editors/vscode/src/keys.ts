// Keys of model providers: kept in the editor's secret storage, handed to the server in its environment, written nowhere else.
import * as vscode from 'vscode';

/** The variables that the server reads keys from, each with what it opens. */
export const KEYS: ReadonlyMap<string, string> = new Map([
  ['OPENAI_API_KEY', 'OpenAI'],
  ['GEMINI_API_KEY', 'Google Gemini'],
  ['AZURE_OPENAI_API_KEY', 'Azure OpenAI'],
  ['STOKER_API_KEY', 'the endpoint in stoker.provider.base_url'],
]);

/** The key that a provider needs, if it always needs one. */
export const KEY_OF: ReadonlyMap<string, string> = new Map([
  ['openai', 'OPENAI_API_KEY'],
  ['gemini', 'GEMINI_API_KEY'],
]);

export class Keys {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  /** The environment that the server is given besides its own. */
  async environment(): Promise<Record<string, string>> {
    const kept: Record<string, string> = {};
    for (const variable of KEYS.keys()) {
      const key = await this.secrets.get(variable);
      if (key) {
        kept[variable] = key;
      }
    }
    return kept;
  }

  /** Whether there is a key for a variable, here or in the editor's own environment. */
  async has(variable: string): Promise<boolean> {
    return Boolean(process.env[variable] || (await this.secrets.get(variable)));
  }

  /** Ask for a key and keep it; whether one was given. */
  async ask(variable: string): Promise<boolean> {
    const key = await vscode.window.showInputBox({
      title: `The key for ${KEYS.get(variable) ?? variable}`,
      prompt: `Kept in the editor's secret storage and handed to the server as ${variable}.`,
      password: true,
      ignoreFocusOut: true,
      validateInput: (value) => (/^\S+$/.test(value.trim()) ? undefined : 'A key has no spaces and is not empty.'),
    });
    if (key === undefined) {
      return false;
    }
    await this.secrets.store(variable, key.trim());
    return true;
  }

  /** Choose which key to set or to forget; whether anything changed. */
  async manage(): Promise<boolean> {
    const items = await Promise.all(
      [...KEYS].map(async ([variable, opens]) => ({
        label: variable,
        description: `for ${opens}`,
        detail: (await this.secrets.get(variable)) ? 'kept' : process.env[variable] ? 'from the environment' : 'not set',
        kept: Boolean(await this.secrets.get(variable)),
      })),
    );
    const item = await vscode.window.showQuickPick(items, { title: 'Stoker: Keys', placeHolder: 'Which key?' });
    if (item === undefined) {
      return false;
    }
    const forget = 'Forget it';
    const wanted = item.kept ? await vscode.window.showQuickPick(['Replace it', forget], { title: item.label }) : 'Set it';
    if (wanted === forget) {
      await this.secrets.delete(item.label);
      return true;
    }
    return wanted !== undefined && (await this.ask(item.label));
  }
}
