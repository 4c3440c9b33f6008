/** judge/config.json: our own small classifier. */
import { ConfigFields } from './config-fields.ts';

export interface JudgeConfig {
  readonly inChannels: number;
  /** Height and width of the pictures it was trained on. */
  readonly imageSize: number;
  readonly channels: readonly number[];
  readonly normNumGroups: number;
  /** Head name -> labels, in the order of the head's outputs. */
  readonly heads: ReadonlyMap<string, readonly string[]>;
}

export function parseJudgeConfig(json: unknown, where = 'judge/config.json'): JudgeConfig {
  const fields = new ConfigFields(where, json);
  fields.choice('_class_name', ['PalimpsestJudge']);
  const channels = fields.countList('channels');
  const groups = fields.count('norm_num_groups');
  for (const width of channels) {
    if (width % groups !== 0) throw fields.problem('norm_num_groups', `a divisor of ${width} channels`, groups);
  }
  const heads = parseHeads(fields);
  return {
    inChannels: fields.count('in_channels'),
    imageSize: fields.count('image_size'),
    channels,
    normNumGroups: groups,
    heads,
  };
}

/** Lists of labels by head name, in order. */
export function parseHeads(fields: ConfigFields): ReadonlyMap<string, readonly string[]> {
  const heads = fields.get('heads');
  const isLabels = (labels: unknown) =>
    Array.isArray(labels) && labels.length > 0 && labels.every((label) => typeof label === 'string');
  if (typeof heads !== 'object' || heads === null || Array.isArray(heads) || !Object.values(heads).every(isLabels)) {
    throw fields.problem('heads', 'lists of labels by head name', heads);
  }
  return new Map(Object.entries(heads) as [string, readonly string[]][]);
}
