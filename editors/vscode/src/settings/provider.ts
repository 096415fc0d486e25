// Switching the provider: the setting, and what that provider can't do without.
import * as vscode from 'vscode';
import { KEY_OF, type Keys } from '../keys';
import { type Declared, SECTION } from './declared';

const MEANING: Readonly<Record<string, string>> = {
  facts: 'no model: the code alone',
  openai: 'OpenAI, with your key',
  gemini: 'Google Gemini, with your key',
  compatible: 'Ollama, llama.cpp, vLLM, LM Studio, ...: any OpenAI-compatible endpoint',
  local: 'a model on this machine, without a server of its own',
  tandem: 'two models: one drafts, the other repairs',
};

export async function switchProvider(declared: readonly Declared[], keys: Keys): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const choices = declared.find((each) => each.key === 'provider.name')?.choices ?? [];
  const now = configuration.get<string>('provider.name');
  const items = choices.map((label) => ({ label, description: MEANING[label] ?? '', detail: label === now ? 'chosen now' : '' }));
  const chosen = await vscode.window.showQuickPick(items, { title: 'Stoker: Switch Provider', placeHolder: 'Who drafts?' });
  if (chosen === undefined || !(await supplied(chosen.label, configuration, keys))) {
    return;
  }
  const value = chosen.label === 'facts' ? undefined : chosen.label;
  await configuration.update('provider.name', value, vscode.ConfigurationTarget.Global);
}

/** Ask for what the provider needs and does not have; whether all of it is there. */
async function supplied(provider: string, configuration: vscode.WorkspaceConfiguration, keys: Keys): Promise<boolean> {
  const key = KEY_OF.get(provider);
  if (key !== undefined && !(await keys.has(key))) {
    return keys.ask(key);
  }
  if (provider !== 'compatible') {
    return true;
  }
  const url = await vscode.window.showInputBox({
    title: 'Where does the endpoint listen?',
    value: configuration.get<string>('provider.base_url') || 'http://127.0.0.1:11434/v1',
    ignoreFocusOut: true,
    validateInput: (value) => (/^https?:\/\/\S+$/.test(value) ? undefined : 'An address begins with http:// or https://.'),
  });
  const model = url === undefined ? undefined : await vscode.window.showInputBox({ title: 'Which model?', value: configuration.get<string>('provider.model') ?? '', ignoreFocusOut: true });
  if (url === undefined || model === undefined) {
    return false;
  }
  await configuration.update('provider.base_url', url, vscode.ConfigurationTarget.Global);
  await configuration.update('provider.model', model || undefined, vscode.ConfigurationTarget.Global);
  return true;
}
