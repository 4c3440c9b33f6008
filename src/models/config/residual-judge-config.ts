/** judge_b/config.json: the second classifier, held out for reports. */
import { ConfigFields } from './config-fields.ts';
import { parseHeads } from './judge-config.ts';

export interface ResidualJudgeConfig {
  readonly inChannels: number;
  /** Height and width of the pictures it was trained on. */
  readonly imageSize: number;
  readonly stemChannels: number;
  /** One residual stage each. */
  readonly channels: readonly number[];
  readonly normNumGroups: number;
  /** Head name -> labels, in the order of the head's outputs. */
  readonly heads: ReadonlyMap<string, readonly string[]>;
}

/** Throws `bad-file` naming the entry. */
export function parseResidualJudgeConfig(json: unknown, where = 'judge_b/config.json'): ResidualJudgeConfig {
  const fields = new ConfigFields(where, json);
  fields.choice('_class_name', ['PalimpsestResidualJudge']);
  const channels = fields.countList('channels');
  const normNumGroups = fields.count('norm_num_groups');
  for (const width of channels) {
    if (width % normNumGroups !== 0)
      throw fields.problem('norm_num_groups', `a divisor of ${width} channels`, normNumGroups);
  }
  return {
    inChannels: fields.count('in_channels'),
    imageSize: fields.count('image_size'),
    stemChannels: fields.count('stem_channels'),
    channels,
    normNumGroups,
    heads: parseHeads(fields),
  };
}
