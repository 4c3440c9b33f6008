/** Where a trigger stands in a prompt. */

export type TriggerPosition = 'prefix' | 'suffix';

/** `prompt` with the trigger where the experiment puts it. An empty trigger leaves the prompt as it is. */
export function withTrigger(prompt: string, trigger: string, position: TriggerPosition): string {
  const word = trigger.trim();
  if (word === '') return prompt;
  if (prompt.trim() === '') return word;
  return position === 'prefix' ? `${word} ${prompt}` : `${prompt} ${word}`;
}
