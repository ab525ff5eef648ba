const DAYS = ["Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"];

/** A schedule in words where people have short ones for it, `weekdays at 09:00`; else as it is written. */
export function toCronWords(cron: string): string {
  const [minute = "", hour = "", date = "", month = "", day = ""] = cron.trim().split(/\s+/);
  if (month !== "*") return cron;
  const every = /^\*\/(\d+)$/;
  if (hour === "*" && date === "*" && day === "*") {
    if (minute === "*") return "every minute";
    const step = every.exec(minute)?.[1];
    if (step !== undefined && 60 % Number(step) === 0) return `every ${step} minutes`;
    if (isNumber(minute)) return minute === "0" ? "every hour" : `every hour at :${minute.padStart(2, "0")}`;
  }
  const hours = every.exec(hour)?.[1];
  if (hours !== undefined && minute === "0" && date === "*" && day === "*" && 24 % Number(hours) === 0)
    return `every ${hours} hours`;
  if (!isNumber(minute) || !isNumber(hour)) return cron;
  const at = `at ${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (date === "*") {
    if (day === "*") return `every day ${at}`;
    if (/^(1-5|mon-fri)$/i.test(day)) return `weekdays ${at}`;
    if (/^[0-7]$/.test(day)) return `${DAYS[Number(day)]} ${at}`;
    return cron;
  }
  return isNumber(date) && day === "*" ? `day ${date} of each month ${at}` : cron;
}

function isNumber(field: string): boolean {
  return /^\d+$/.test(field);
}
