// Pausing is settings: what is paused stays so, can be seen in the settings, and is undone there as well.
import * as vscode from 'vscode';
import { SECTION } from './declared';

const SWITCHES = ['completion.enabled', 'next_edit.enabled'];
const LANGUAGES = ['completion.languages_off', 'next_edit.languages_off'];

function configuration(scope: vscode.Uri | undefined): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration(SECTION, scope);
}

export function pausedEverywhere(scope: vscode.Uri | undefined): boolean {
  return configuration(scope).get('completion.enabled') === false;
}

export function pausedIn(language: string, scope: vscode.Uri | undefined): boolean {
  return configuration(scope).get<string[]>('completion.languages_off', []).includes(language);
}

export async function togglePause(scope: vscode.Uri | undefined): Promise<void> {
  const value = pausedEverywhere(scope) ? undefined : false;
  for (const key of SWITCHES) {
    await configuration(scope).update(key, value, vscode.ConfigurationTarget.Global);
  }
}

export async function togglePauseFor(language: string, scope: vscode.Uri | undefined): Promise<void> {
  const pause = !pausedIn(language, scope);
  for (const key of LANGUAGES) {
    const others = configuration(scope).get<string[]>(key, []).filter((each) => each !== language);
    const value = pause ? [...others, language] : others;
    await configuration(scope).update(key, value.length ? value : undefined, vscode.ConfigurationTarget.Global);
  }
}

/** Leave the ghost text and the next edits to someone else. */
export async function actionsOnly(): Promise<void> {
  for (const key of SWITCHES) {
    await configuration(undefined).update(key, false, vscode.ConfigurationTarget.Global);
  }
}
