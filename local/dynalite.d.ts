declare module 'dynalite' {
  import type { Server } from 'node:http';
  /** @param options `path`: folder of the LevelDB store, in memory without it; `createTableMs`: how long a table is CREATING */
  export default function dynalite(options: { path?: string; createTableMs?: number }): Server;
}
