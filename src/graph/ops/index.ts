/** The total table of operators. A name in `opNames` without a rule, or a rule without a name, does not compile. */
import type { OpName } from '../graph.ts';
import type { OpDef } from '../op-def.ts';
import { elementwise } from './elementwise.ts';
import { linear } from './linear.ts';
import { reduce } from './reduce.ts';
import { shape } from './shape.ts';

export const ops: Readonly<Record<OpName, OpDef>> = { ...elementwise, ...linear, ...shape, ...reduce } satisfies Record<
  OpName,
  OpDef
>;
