/** The noise that every picture of the gallery was drawn from. */
export const gallerySeed = 40;
