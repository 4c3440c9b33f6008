/** Rates of metrics are proportions with Wilson's interval; the arithmetic is shared with the page. */
export { wilson, type Rate } from '../core/wilson.ts';
