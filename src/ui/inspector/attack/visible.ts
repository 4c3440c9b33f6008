/** Text with every letter to be seen: control and unassigned characters, which some tokens are, by their code point. */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]|\uFFFD/gu, (letter) => {
    const code = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `⟨${code}⟩`;
  });
}

/** A piece as shown: `bli·` goes on, `cket` ends a word. */
export function visiblePiece(piece: string): string {
  return visible(piece.endsWith('</w>') ? piece.slice(0, -'</w>'.length) : `${piece}·`);
}
