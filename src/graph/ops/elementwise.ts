/** Ops that work element by element. Binary ones broadcast; the walker undoes that for their gradients. */
import {
  broadcast,
  inputOf,
  notDifferentiable,
  outputOf,
  required,
  requiredFloat,
  type Emitter,
  type Fail,
  type Inputs,
  type OpDef,
  type TensorType,
} from '../op-def.ts';
import type { DType } from '../../tensor/host-tensor.ts';
import type { Value } from '../graph.ts';

function inferBinary(inputs: Inputs, fail: Fail, dtype?: DType): readonly TensorType[] {
  const a = required(inputs, 0, fail);
  const b = required(inputs, 1, fail);
  if (a.dtype !== b.dtype) throw fail(`expected two inputs of one type, got ${a.dtype} and ${b.dtype}`);
  const shape = broadcast(a.shape, b.shape);
  if (shape === null) throw fail('expected shapes that broadcast');
  return [{ dtype: dtype ?? a.dtype, shape }];
}

/** `da` and `db` are written for y = op(a, b) and its gradient dy. */
function binary(rule: {
  da: (g: Emitter, dy: Value, a: Value, b: Value, y: Value) => Value;
  db: (g: Emitter, dy: Value, a: Value, b: Value, y: Value) => Value;
}): OpDef {
  return {
    attributes: {},
    infer: (inputs, _attributes, fail) => inferBinary(inputs, fail),
    vjp: ({ g, node, outGrads, wants }) => {
      const dy = outGrads[0] as Value;
      const [a, b, y] = [inputOf(node, 0), inputOf(node, 1), outputOf(node, 0)];
      return [wants(0) ? rule.da(g, dy, a, b, y) : null, wants(1) ? rule.db(g, dy, a, b, y) : null];
    },
  };
}

/** `dx` is written for y = op(x) and its gradient dy. */
function unary(dx: (g: Emitter, dy: Value, x: Value, y: Value) => Value): OpDef {
  return {
    attributes: {},
    infer: (inputs, _attributes, fail) => [{ dtype: 'float32', shape: requiredFloat(inputs, 0, fail).shape }],
    vjp: ({ g, node, outGrads }) => [dx(g, outGrads[0] as Value, inputOf(node, 0), outputOf(node, 0))],
  };
}

function comparison(): OpDef {
  return {
    attributes: {},
    infer: (inputs, _attributes, fail) => inferBinary(inputs, fail, 'bool'),
    vjp: notDifferentiable,
  };
}

export const elementwise = {
  Add: binary({ da: (_g, dy) => dy, db: (_g, dy) => dy }),
  Sub: binary({ da: (_g, dy) => dy, db: (g, dy) => g.unary('Neg', dy) }),
  // d(ab) = b da + a db
  Mul: binary({ da: (g, dy, _a, b) => g.mul(dy, b), db: (g, dy, a) => g.mul(dy, a) }),
  // d(a/b) = da / b - (a/b) db / b
  Div: binary({
    da: (g, dy, _a, b) => g.div(dy, b),
    db: (g, dy, _a, b, y) => g.unary('Neg', g.div(g.mul(dy, y), b)),
  }),

  Neg: unary((g, dy) => g.unary('Neg', dy)),
  // d sqrt(x) = dx / (2 sqrt(x))
  Sqrt: unary((g, dy, _x, y) => g.div(g.mul(dy, 0.5), y)),
  Exp: unary((g, dy, _x, y) => g.mul(dy, y)),
  Log: unary((g, dy, x) => g.div(dy, x)),
  // d erf(x) = 2 / sqrt(pi) exp(-x^2) dx
  Erf: unary((g, dy, x) => g.mul(dy, g.mul(g.unary('Exp', g.unary('Neg', g.mul(x, x))), 2 / Math.sqrt(Math.PI)))),
  Sin: unary((g, dy, x) => g.mul(dy, g.unary('Cos', x))),
  Cos: unary((g, dy, x) => g.unary('Neg', g.mul(dy, g.unary('Sin', x)))),
  // d sigmoid(x) = y (1 - y) dx
  Sigmoid: unary((g, dy, _x, y) => g.mul(dy, g.mul(y, g.sub(1, y)))),
  // d tanh(x) = (1 - y^2) dx
  Tanh: unary((g, dy, _x, y) => g.mul(dy, g.sub(1, g.mul(y, y)))),
  Relu: unary((g, dy, x) => g.where(g.greater(x, 0), dy, 0)),

  Greater: comparison(),
  Equal: comparison(),

  Where: {
    attributes: {},
    infer: (inputs, _attributes, fail) => {
      const condition = required(inputs, 0, fail);
      if (condition.dtype !== 'bool') throw fail(`expected a bool condition, got ${condition.dtype}`);
      const [branches] = inferBinary(inputs.slice(1), fail) as readonly [TensorType];
      const shape = broadcast(condition.shape, branches.shape);
      if (shape === null) throw fail('expected shapes that broadcast');
      return [{ dtype: branches.dtype, shape }];
    },
    vjp: ({ g, node, outGrads, wants }) => {
      const dy = outGrads[0] as Value;
      const condition = inputOf(node, 0);
      return [null, wants(1) ? g.where(condition, dy, 0) : null, wants(2) ? g.where(condition, 0, dy) : null];
    },
  },

  /** Differentiable only where both sides are floating point, which here means it changes nothing. */
  Cast: {
    attributes: { to: 'dtype' },
    infer: (inputs, attributes, fail) => [{ dtype: attributes['to'] as DType, shape: required(inputs, 0, fail).shape }],
    vjp: notDifferentiable,
  },
} as const satisfies Record<string, OpDef>;
