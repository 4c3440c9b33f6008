/** How a search is set up, as fields of the link; defaults that are empty are left out of it. */
import { readDigits } from '../core/typed-number.ts';
import type { MethodDescriptor } from './catalog.ts';
import { forbiddable } from './experiment.ts';
import type { Experiment, Forbiddable, SearchSetup, TrainedColumn } from './experiment.ts';
import type { LocalText } from '../core/local-text.ts';
import type { Reading } from './parameters.ts';
import { words } from './url-field.ts';
import type { UrlField, UrlProblem } from './url-field.ts';

/** The search's own seed, as text. */
export function readSearchSeed([text = '']: readonly string[]): Reading<number> {
  const value = readDigits(text);
  if (value <= 0xffffffff) return { value };
  return { problem: { en: 'Needs a whole number, 0 – 4294967295', zh: '需要整数，0 – 4294967295' } };
}

function readAttack(
  [text = '']: readonly string[],
  methods: readonly MethodDescriptor[] | null,
): Reading<Experiment['attack']> {
  const attacks = methods?.filter(({ kind }) => kind === 'attack').map(({ id }) => id) ?? null;
  if (attacks?.includes(text) ?? /^[a-z0-9-]{1,40}$/.test(text)) return { value: text };
  const known = attacks === null || attacks.length === 0 ? '' : attacks.join(', ');
  return {
    problem:
      known === ''
        ? { en: 'Not an attack of this page', zh: '本页没有这种攻击' }
        : { en: `Must be one of: ${known}`, zh: `必须是：${known}` },
  };
}

function readVictim([text = '']: readonly string[]): Reading<TrainedColumn> {
  if (text === 'erased' || text === 'backdoored') return { value: text };
  return { problem: { en: 'Must be erased or backdoored', zh: '必须是 erased 或 backdoored' } };
}

function readForbidden([text = '']: readonly string[]): Reading<readonly Forbiddable[]> {
  const given = text.split(',');
  const value = forbiddable.filter((word) => given.includes(word));
  if (value.length === given.length) return { value };
  return { problem: { en: 'Must be concept, trigger or both', zh: '必须是 concept、trigger 或两者' } };
}

function readControl([text = '']: readonly string[]): Reading<boolean> {
  if (text === 'on' || text === 'off') return { value: text === 'on' };
  return { problem: { en: 'Must be on or off', zh: '必须是 on 或 off' } };
}

const optional = (seed: number | null): readonly string[] => (seed === null ? [] : [String(seed)]);

export const searchFields: { readonly [K in keyof SearchSetup]: UrlField<K> } = {
  attack: { key: 'a', write: (id) => [id], read: readAttack },
  attackVictim: { key: 'av', write: (column) => [column], read: readVictim },
  attackRow: {
    key: 'ar',
    write: (row) => (row === '' ? [] : [row]),
    read: words(200, { en: 'the prompt of a target row', zh: '一个目标行的提示词' }),
  },
  attackPictureSeed: { key: 'ap', write: optional, read: readSearchSeed },
  attackTargetSeed: { key: 'at', write: optional, read: readSearchSeed },
  attackForbids: { key: 'af', write: (words) => (words.length === 0 ? [] : [words.join(',')]), read: readForbidden },
  attackControl: { key: 'ac', write: (isOn) => [isOn ? 'on' : 'off'], read: readControl },
  attackSeed: { key: 'as', write: (seed) => [String(seed)], read: readSearchSeed },
};

/** What a set-up names that the rest of the experiment does not have: a row that is no target, a seed that is not drawn. */
export function searchProblems(
  experiment: Experiment,
): readonly (UrlProblem & { readonly name: 'attackRow' | 'attackPictureSeed' | 'attackTargetSeed' })[] {
  const { rows, seeds, attackRow } = experiment;
  const noTarget: LocalText = { en: 'No target row has this prompt', zh: '没有目标行是这个提示词' };
  const noSeed: LocalText = { en: 'Not among the seeds', zh: '不在随机种子之中' };
  const hasRow = attackRow === '' || rows.some(({ kind, text }) => kind === 'target' && text === attackRow);
  return [
    ...(hasRow ? [] : [{ name: 'attackRow' as const, field: 'ar', value: attackRow, problem: noTarget }]),
    ...(['attackPictureSeed', 'attackTargetSeed'] as const).flatMap((name) => {
      const seed = experiment[name];
      if (seed === null || seeds.includes(seed)) return [];
      return [{ name, field: searchFields[name].key, value: String(seed), problem: noSeed }];
    }),
  ];
}
