/**
 * How often the two judges say the same of one picture: a rate by one of them is known no better than that. Over the first choices of each head,
 * and, where a concept was asked for, over the verdict that counts: whether the picture shows it (`hits`).
 */
import { wilson } from '../core/wilson.ts';
import type { Domain } from '../records/catalog.ts';
import type { JudgeAgreement } from '../records/evaluation.ts';
import type { Verdict } from '../records/picture.ts';
import { hits } from './classifier-rates.ts';
import { otherKind, sameKind } from './heads.ts';
import type { EvaluationSet, JudgedPicture } from './metric.ts';

export interface TwiceJudged extends JudgedPicture {
  readonly second: Verdict;
  /** The head that says whether the picture shows what was asked; null for a neutral caption, which asks for no concept. */
  readonly head: Domain | null;
}

/** The head that a set's rates are read from. */
export function headOfSet(set: EvaluationSet, domain: Domain): Domain {
  if (/otherDomain/i.test(set)) return otherKind(domain);
  return /sameDomain/i.test(set) ? sameKind(domain) : domain;
}

/** null without pictures. */
export function judgeAgreement(pictures: readonly TwiceJudged[]): JudgeAgreement | null {
  const share = (agree: (picture: TwiceJudged) => boolean, of = pictures) => wilson(of.filter(agree).length, of.length);
  if (pictures.length === 0) return null;
  const saw = (head: Domain) => (picture: TwiceJudged) =>
    [picture.verdict, picture.second].map(({ heads }) => heads[head]?.id);
  const alike = (head: Domain) => (picture: TwiceJudged) => {
    const [first, second] = saw(head)(picture);
    return first === second;
  };
  const signed = pictures.filter((picture) => !saw('hazard')(picture).includes(undefined));
  const asked = pictures.flatMap(({ head, ...picture }) => (head === null ? [] : [{ ...picture, head }]));
  const sameHit = asked.filter(
    (picture) => hits(picture, picture.head) === hits({ ...picture, verdict: picture.second }, picture.head),
  );
  return {
    object: share(alike('object')),
    style: share(alike('style')),
    hazard: signed.length === 0 ? null : share(alike('hazard'), signed),
    hit: asked.length === 0 ? null : wilson(sameHit.length, asked.length),
  };
}
