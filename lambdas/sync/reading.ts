import { TerminalError } from '../errors.ts';
import { CursorRefused, type List, type Page } from '../extract/pages.ts';
import { createdAtsOf, followsOn, isNewestFirst, nextCycle } from './list-order.ts';
import type { PageReader } from './open-reading.ts';
import { type Place, startOfList } from './sync-state.ts';

/** A page that is believed, and where the reading stands behind it. */
export interface ReadPage {
  readonly page: Page;
  readonly place: Place;
}

export interface ReadingOptions {
  readonly list: List;
  /** For errors. */
  readonly instance: string;
  readonly order: 'newest first' | 'observed newest first' | 'unknown';
  /** Whether cursors are ids of records, so that any record can be asked from. */
  readonly cursorIsId: boolean;
  readonly createdAtPath: string;
  /** Whether another request may be sent; one that belongs to a check is sent all the same. */
  readonly mayAsk: () => boolean;
  readonly note: (message: string) => void;
  /** Between two tries for a page that is not there yet. @param attempt the one that failed, from 1 */
  readonly pause: (attempt: number) => Promise<void>;
}

const mostRestarts = 3;

/** How often "more" with no data is asked again. */
const emptyTries = 3;

/**
 * Reads a list from a saved place to where it may stop. The next request is on the wire before this page is handled.
 * An end, and a page that does not follow on, is believed only after a check.
 *
 * @see protocol.md, "Reading"
 */
export class Reading implements PageReader {
  readonly #options: ReadingOptions;
  #place: Place;
  #boundary: number | null = null;
  #ahead: { readonly cursor: string | null; readonly answer: Promise<Page> } | null = null;

  constructor(options: ReadingOptions, place: Place) {
    this.#options = options;
    this.#place = place;
  }

  /** createdAt before which nothing is asked for, newest first; null: read to the end. Known after the first page. */
  stopBefore(boundary: number | null): void {
    this.#boundary = boundary;
  }

  /**
   * @returns null at the list's end
   * @throws {TerminalError} with instance, request id and cursor, when the cursors go in a circle, the API says
   * "more" and gives nothing, or refuses its cursors again and again
   */
  async next(): Promise<ReadPage | null> {
    while (!this.#place.atEnd) {
      const page = await this.#fetch(this.#place.cursor);
      const believed = page && this.#isBelievable(page) ? page : await this.#askAgain(page);
      if (!believed) continue;
      this.#place = this.#advance(believed);
      if (!this.#place.atEnd) this.#fetchAhead(this.#place.cursor);
      return { page: believed, place: this.#place };
    }
    return null;
  }

  get isUsedUp(): boolean {
    return !this.#place.atEnd && this.#ahead === null && !this.#options.mayAsk();
  }

  /** The page before is asked for once more, to get its cursor anew. */
  get #isPageBefore(): boolean {
    const { askedAgain, cursor, cursorBefore } = this.#place;
    return askedAgain && cursor === cursorBefore;
  }

  get #watchesOrder(): boolean {
    return this.#options.order !== 'unknown' && !this.#place.outOfOrder;
  }

  /** @returns null for a cursor that the API refuses */
  async #fetch(cursor: string | null): Promise<Page | null> {
    for (let tries = 0; ; tries++) {
      const ahead = this.#ahead?.cursor === cursor ? this.#ahead.answer : null;
      this.#ahead = null;
      try {
        const page = await (ahead ?? this.#options.list.page(cursor));
        if (page.records.length > 0 || !page.more) return page;
        if (tries === emptyTries) throw this.#terminal(page, 'the API says that more follows, and gives nothing');
        await this.#options.pause(tries + 1);
      } catch (error) {
        if (error instanceof CursorRefused) return null;
        throw error;
      }
    }
  }

  #fetchAhead(cursor: string | null): void {
    if (!this.#options.mayAsk()) return;
    const answer = this.#options.list.page(cursor);
    // Its failure is met when the page is wanted; until then it must not end the process.
    answer.catch(() => {});
    this.#ahead = { cursor, answer };
  }

  #isBelievable(page: Page): boolean {
    const place = this.#place;
    if (page.records.length === 0) return !place.heldRecords;
    if (!this.#watchesOrder || place.cursor === null) return true;
    if (this.#isPageBefore) return true;
    return followsOn(place, page.records, createdAtsOf(page.records, this.#options.createdAtPath));
  }

  /** What to do about an answer that is not believed. @returns a page to go on with; null: go on from the new place */
  async #askAgain(doubted: Page | null): Promise<Page | null> {
    const { restarts, lastIds, endedAfter } = this.#place;
    const lastId = lastIds.at(-1) ?? null;
    const isEnd = doubted?.records.length === 0;
    if (isEnd && lastId === endedAfter) return doubted;
    const found = this.#options.cursorIsId ? await this.#askFromRecordsBefore(isEnd) : this.#askFromPageBefore(doubted);
    if (found !== 'nothing') return found;
    if (restarts === mostRestarts) {
      throw this.#terminal(
        doubted,
        `the API refused its own cursors, and the list was begun again ${mostRestarts} times`,
      );
    }
    this.#options.note('the API knows none of the last cursors any more: the list is read from its start again');
    const { outOfOrder, rose } = this.#place;
    this.#place = {
      ...startOfList,
      outOfOrder,
      ...(rose && { rose }),
      restarts: restarts + 1,
      endedAfter: isEnd ? lastId : null,
    };
    return null;
  }

  /**
   * From the record before the cursor's, and so on back through the last page: one may have been deleted.
   *
   * @param isEnd an empty page is doubted: when nothing new is found here either, the end is the end
   */
  async #askFromRecordsBefore(isEnd: boolean): Promise<Page | 'nothing'> {
    const { lastIds } = this.#place;
    for (let index = lastIds.length - 2; index >= 0; index--) {
      const page = await this.#fetch(lastIds[index] as string);
      if (!page || page.records.length === 0) continue;
      const later = new Set(lastIds.slice(index + 1));
      const fresh = page.records.filter(({ id }) => !later.has(id as string));
      const joins = page.records.length > fresh.length;
      const follows = followsOn(this.#place, fresh, createdAtsOf(fresh, this.#options.createdAtPath));
      if (!joins && !follows) continue;
      if (!follows && this.#watchesOrder) this.#seeDisorder();
      // An API may say "more" behind every page that holds a record.
      return isEnd && fresh.length === 0 ? { ...page, more: false, next: null } : page;
    }
    return 'nothing';
  }

  /**
   * An opaque cursor can only be got anew, by the page before. Empty behind it once more, the end is the end; but a
   * page before that is refused or empty itself sends us to the start.
   */
  #askFromPageBefore(doubted: Page | null): Page | null | 'nothing' {
    const place = this.#place;
    if (place.askedAgain) {
      if (!doubted || place.cursor === place.cursorBefore) return 'nothing';
      if (this.#watchesOrder && this.#rises(doubted)) this.#seeDisorder();
      return doubted;
    }
    this.#place = { ...place, cursor: place.cursorBefore, askedAgain: true, cycle: startOfList.cycle };
    return null;
  }

  /** Whether createdAt rises along the page, or from the last page's end to its first record. */
  #rises({ records }: Page): boolean {
    const { lastIds, lastCreatedAt } = this.#place;
    const createdAts = createdAtsOf(records, this.#options.createdAtPath);
    const isRepeated = this.#isPageBefore || lastIds.includes(records[0]?.id as string);
    return !isNewestFirst(isRepeated ? createdAts : [lastCreatedAt, ...createdAts]);
  }

  #advance(page: Page): Place {
    const createdAts = createdAtsOf(page.records, this.#options.createdAtPath);
    if (this.#watchesOrder && !isNewestFirst(createdAts)) this.#seeDisorder();
    const place = this.#place;
    const boundary = this.#watchesOrder ? this.#boundary : null;
    const isBefore =
      boundary !== null && createdAts.length > 0 && createdAts.every((at) => at !== null && at < boundary);
    const pagesBefore = isBefore ? place.pagesBefore + (this.#isPageBefore ? 0 : 1) : 0;
    const atEnd = !page.more || page.next === null || pagesBefore === 2;
    const cycle = atEnd ? place.cycle : nextCycle(place.cycle, page.next as string);
    if (!cycle || (!atEnd && page.next === place.cursor)) throw this.#terminal(page, 'the cursors go in a circle');
    const ids = page.records.map(({ id }) => id as string);
    const held = ids.length > 0;
    return {
      cursor: atEnd ? place.cursor : page.next,
      cursorBefore: place.cursor,
      // Two at least, so that there is a record before the last one to ask from.
      lastIds:
        ids.length === 1
          ? [...place.lastIds.filter((id) => id !== ids[0]).slice(-1), ...ids]
          : held
            ? ids
            : place.lastIds,
      lastCreatedAt: held ? (createdAts.findLast((at) => at !== null) ?? place.lastCreatedAt) : place.lastCreatedAt,
      heldRecords: place.heldRecords || held,
      pagesBefore,
      outOfOrder: place.outOfOrder,
      ...(place.rose !== undefined && { rose: place.rose || this.#rises(page) }),
      askedAgain: place.askedAgain && ids.every((id) => place.lastIds.includes(id)),
      restarts: place.restarts,
      endedAfter: place.endedAfter,
      cycle,
      atEnd,
    };
  }

  #seeDisorder(): void {
    this.#place = { ...this.#place, outOfOrder: true };
    const isObserved = this.#options.order === 'observed newest first';
    this.#options.note(
      isObserved
        ? 'the list was newest first so far and is not any more: it is read to its end, and from now on each night'
        : 'the list is declared newest first and is not: it is read to its end',
    );
  }

  #terminal(page: Page | null, rule: string): TerminalError {
    const { cursor } = this.#place;
    const where = `cursor ${cursor === null ? 'none' : JSON.stringify(cursor.slice(0, 200))}, request ${page?.requestId ?? 'id not given'}`;
    return new TerminalError(`${this.#options.instance}: ${rule} (${where})`);
  }
}
