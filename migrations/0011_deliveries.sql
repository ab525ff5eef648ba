CREATE TABLE `deliveries` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`orchestra` text NOT NULL,
	`at` integer NOT NULL,
	`status` text NOT NULL,
	`webhook_id` text,
	`reason` text,
	`run_id` text,
	FOREIGN KEY (`orchestra`) REFERENCES `orchestras`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "deliveries_status" CHECK("deliveries"."status" IN ('fired', 'refused')),
	CONSTRAINT "deliveries_fired" CHECK(("deliveries"."status" = 'fired') = ("deliveries"."run_id" IS NOT NULL AND "deliveries"."webhook_id" IS NOT NULL)),
	CONSTRAINT "deliveries_reason" CHECK(("deliveries"."status" = 'refused') = ("deliveries"."reason" IS NOT NULL))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_once` ON `deliveries` (`orchestra`,`webhook_id`) WHERE "deliveries"."status" = 'fired';--> statement-breakpoint
CREATE INDEX `deliveries_by_orchestra` ON `deliveries` (`orchestra`,`id`);--> statement-breakpoint
CREATE INDEX `deliveries_refused` ON `deliveries` (`orchestra`,`id`) WHERE "deliveries"."status" = 'refused';--> statement-breakpoint
PRAGMA user_version = 12;
