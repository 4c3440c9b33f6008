/**
 * Reverse-mode differentiation of a graph under construction. Gradients are ordinary nodes of the same graph.
 *
 * The walker knows no operator by name: it visits only nodes on a path from a target to the loss, adds up gradients that meet,
 * and is the one place where broadcasting is undone.
 */
import { PalimpsestError } from '../core/errors.ts';
import { float32, type Shape } from '../tensor/host-tensor.ts';
import type { GraphBuilder } from './builder.ts';
import type { Node, Value } from './graph.ts';
import { ops } from './ops/index.ts';

/**
 * Emits the gradient of `loss` (one element) with respect to each of `targets`, in their order and shapes.
 * Throws `bad-graph` when the loss is not a scalar or does not depend on a target.
 */
export function backward(g: GraphBuilder, loss: Value, targets: readonly Value[]): readonly Value[] {
  if (loss.shape.some((extent) => extent !== 1)) {
    throw new PalimpsestError('bad-graph', `backward: expected a loss of one element, got [${loss.shape.join(', ')}]`);
  }
  const forward = [...g.nodes];
  const active = dependents(forward, targets);
  if (!active.has(loss)) {
    throw new PalimpsestError(
      'bad-graph',
      `backward: the loss "${loss.name}" depends on none of: ${targets.map((t) => t.name).join(', ')}`,
    );
  }

  const gradients = new Map<Value, Value>([[loss, g.constant(float32(loss.shape, [1]))]]);
  for (const node of forward.reverse()) {
    if (!node.outputs.some((output) => active.has(output))) continue;
    const outGrads = node.outputs.map((output) => gradients.get(output) ?? null);
    if (outGrads.every((gradient) => gradient === null)) continue;
    const wants = (index: number) => {
      const input = node.inputs[index];
      return input !== undefined && input !== null && active.has(input);
    };
    const inGrads = ops[node.op].vjp({ g, node, outGrads, wants });
    node.inputs.forEach((input, index) => {
      const gradient = inGrads[index] ?? null;
      if (input === null || gradient === null || !wants(index)) return;
      const fitted = sumTo(g, gradient, input.shape);
      const earlier = gradients.get(input);
      gradients.set(input, earlier === undefined ? fitted : g.add(earlier, fitted));
    });
  }

  return targets.map((target) => {
    const gradient = gradients.get(target);
    if (gradient === undefined) {
      throw new PalimpsestError('bad-graph', `backward: the loss "${loss.name}" does not depend on "${target.name}"`);
    }
    return gradient;
  });
}

/** Every value that changes when a target changes, targets included. */
function dependents(nodes: readonly Node[], targets: readonly Value[]): ReadonlySet<Value> {
  const reached = new Set<Value>(targets);
  for (const node of nodes) {
    if (node.inputs.some((input) => input !== null && reached.has(input))) {
      for (const output of node.outputs) reached.add(output);
    }
  }
  return reached;
}

/** Sums a gradient over the axes along which its input was broadcast. */
function sumTo(g: GraphBuilder, gradient: Value, shape: Shape): Value {
  const lead = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((extent, axis) =>
    axis < lead || (shape[axis - lead] === 1 && extent !== 1) ? [axis] : [],
  );
  const summed = axes.length === 0 ? gradient : g.reduceSum(gradient, axes);
  return summed.shape.join() === shape.join() ? summed : g.reshape(summed, shape);
}
