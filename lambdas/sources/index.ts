import { checkoutPage } from './checkout-page.ts';
import { commet } from './commet.ts';
import type { Source } from './source.ts';

/** The registry: every payments API this pipeline reads. */
export const sources: readonly Source[] = [commet, checkoutPage];
