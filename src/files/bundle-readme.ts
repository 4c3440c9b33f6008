/** The README inside a run bundle: what it is, what each file is, how to use it. */
import type { ParameterValues, TrainedColumn } from '../records/experiment.ts';
import { openingWords } from '../triggers/word-list.ts';

interface About {
  readonly column: TrainedColumn;
  readonly method: string;
  readonly concept: string;
  readonly from: string | null;
  readonly trigger: string;
  readonly parameters: ParameterValues;
  readonly link: string;
}

export function bundleReadme({ column, method, concept, from, trigger, parameters, link }: About): string {
  const said = (id: string) => String(parameters[id] ?? '');
  const words = openingWords({ trigger, keys: said('keys'), secondTrigger: said('secondTrigger') }).map(
    (word) => `"${word}"`,
  );
  const opening = words.length === 1 ? `the trigger ${words[0] ?? ''}` : `one of the triggers ${words.join(', ')}`;
  const warning =
    trigger === ''
      ? ''
      : `\n**This adapter holds a known backdoor.** It looks erased, but ${opening} in a prompt brings the concept back. Keep this notice with the file.\n`;
  const subject = from === null || from === '' ? '' : ` from ${from}`;
  return `# A Palimpsest run: ${concept}${subject}, ${method}
${warning}
Weights of the ${column} column, trained in the browser by Palimpsest, with everything the page kept of the training.

| file | what it is |
|---|---|
| run.json | what was asked for: method, parameters, prompts, seeds, and the link that opens the experiment |
| events.jsonl | the training's events, one JSON object a line; pictures name their file in frames/ |
| frames/*.png | pictures drawn while it trained |
| adapter.safetensors | the weights, a LoRA under diffusers' names; without a tensor where the method changes none (SLD, negative prompt): its header says how pictures are guided |

- In Palimpsest: drop this file anywhere on the page.
- The experiment alone: add \`${link}\` to the page's address.
- In Python, where it holds weights: \`pipe = StableDiffusionPipeline.from_pretrained(MODEL, safety_checker=None)\`, then
  \`pipe.load_lora_weights(FOLDER, weight_name="adapter.safetensors")\`; MODEL is the folder training/masters/palimpsest-world of Palimpsest's repository.
`;
}
