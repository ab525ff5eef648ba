/** Zones that differ in when, by how much and whether they change their clocks. */
export const ZONES = [
  "Europe/Berlin",
  "America/New_York",
  // Half an hour.
  "Australia/Lord_Howe",
  // At midnight.
  "America/Santiago",
  "America/Havana",
  "Asia/Beirut",
  // Twice in a year, and back, by the moon.
  "Africa/Casablanca",
  // Winter is what changes.
  "Europe/Dublin",
  "Asia/Kolkata",
  "Pacific/Chatham",
  "Africa/Cairo",
  "Etc/UTC",
] as const;

/** Times of the night, and intervals around them. */
export const CRONS = [
  "30 2 * * *",
  "0 0 * * *",
  "15,45 2 * * *",
  "30 1-3 * * *",
  "0 2,3 * * *",
  "0,30 0-23 * * *",
  "10 0-4 * * 0",
  "*/20 * * * *",
  "0 * * * *",
  "*/30 2 * * *",
  "30 */2 * * *",
  "59 23 * * *",
  "0 9 * * 1-5",
  "0 0 1 * *",
  "0 12 31 * *",
  "30 2 29 2 *",
  "15 2 13 * 5",
  "5 4 * 10 0,7",
  "45 1 1-7 4 *",
  "0 3 */2 * *",
] as const;
