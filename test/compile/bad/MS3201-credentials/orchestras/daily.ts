import { defineOrchestra } from "maestro-ts";
import orders from "../scores/orders.ts";

export default defineOrchestra({ id: "daily", name: "Daily", plays: orders, input: { token: "ghp_u8jzPde0IgxLd6GncfBAepfJBd0Kh8oOOL8d" } });
