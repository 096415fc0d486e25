// Notices another extension that shows ghost text, and offers to leave that to it: two of them at once get in each other's way.
import * as vscode from 'vscode';
import { actionsOnly, pausedEverywhere } from './settings/pausing';

/** Extensions whose main business is ghost text. */
const OTHERS = [
  'github.copilot',
  'codeium.codeium',
  'tabnine.tabnine-vscode',
  'supermaven.supermaven',
  'continue.continue',
  'tabbyml.vscode-tabby',
  'ggml-org.llama-vscode',
  'amazonwebservices.amazon-q-vscode',
  'google.geminicodeassist',
  'sourcegraph.cody-ai',
  'augment.vscode-augment',
  'jetbrains.jetbrains-ai-assistant',
];
const ASKED = 'others.asked';
const ACTIONS_ONLY = 'Code Actions Only';
const BOTH = 'Both';

/** Ask once about each of them. */
export async function noticeOthers(memory: vscode.Memento): Promise<void> {
  const asked = memory.get<string[]>(ASKED, []);
  const others = OTHERS.map((id) => vscode.extensions.getExtension(id)).filter((each) => each !== undefined);
  const fresh = others.filter((each) => !asked.includes(each.id));
  if (!fresh.length || pausedEverywhere(undefined)) {
    return;
  }
  const names = fresh.map((each) => (each.packageJSON as { displayName?: string }).displayName ?? each.id).join(' and ');
  const text = `${names} suggests code as you type, too. Shall Stoker leave that alone and offer its code actions only?`;
  const chosen = await vscode.window.showInformationMessage(text, ACTIONS_ONLY, BOTH);
  if (chosen !== undefined) {
    await memory.update(ASKED, [...asked, ...fresh.map((each) => each.id)]);
  }
  if (chosen === ACTIONS_ONLY) {
    await actionsOnly();
  }
}
