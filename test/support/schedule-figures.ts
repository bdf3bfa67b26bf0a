import { noTally, type Tally } from './tally.ts';

/** What a run of schedules came to. */
export interface Figures extends Tally {
  schedules: number;
  kills: number;
  frozen: number;
  requests: number;
  /** Answers lost, and changes made while the API was read. */
  faults: number;
  looks: number;
}

export const noFigures = (): Figures => ({
  schedules: 0,
  kills: 0,
  frozen: 0,
  requests: 0,
  faults: 0,
  looks: 0,
  ...noTally(),
});
