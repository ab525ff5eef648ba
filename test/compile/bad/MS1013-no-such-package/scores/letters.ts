import { send } from "@acme/mail/client";

export default send;
