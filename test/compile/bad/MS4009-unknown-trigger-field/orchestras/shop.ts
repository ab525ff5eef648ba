import { defineOrchestra, env, webhook } from "maestro-ts";
import orders from "../scores/orders.ts";

export default defineOrchestra({
  id: "shop",
  plays: orders,
  input: {},
  on: webhook({ secret: env("SHOP_WEBHOOK"), into: "ordr" }),
});
