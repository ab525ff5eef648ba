CREATE TABLE `cached` (
	`key` text PRIMARY KEY NOT NULL,
	`score` text NOT NULL,
	`node` text NOT NULL,
	`run_id` text NOT NULL,
	`step` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`blob` text,
	`output` text,
	FOREIGN KEY (`blob`) REFERENCES `blobs`(`hash`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "cached_key" CHECK(length("cached"."key") = 64),
	CONSTRAINT "cached_output" CHECK(("cached"."output" IS NULL) <> ("cached"."blob" IS NULL)),
	CONSTRAINT "cached_order" CHECK("cached"."expires_at" > "cached"."created_at")
) STRICT;
--> statement-breakpoint
CREATE INDEX `cached_by_end` ON `cached` (`expires_at`);--> statement-breakpoint
PRAGMA user_version = 6;
