/** Arithmetic on embeddings. Contrastive training looks at directions alone, so lengths carry nothing and are taken out. */

/** a.b / (|a| |b|) of two vectors of one length, in [-1, 1]; NaN when one has no length. */
export function cosine(a: Float32Array, b: Float32Array): number {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/** The embedding [D] with length sqrt(D), so that x.y / D is the cosine, and numbers do not grow with D. */
export function direction(embedding: Float32Array): Float32Array {
  const scale = Math.sqrt(embedding.length / dot(embedding, embedding));
  return embedding.map((value) => value * scale);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
